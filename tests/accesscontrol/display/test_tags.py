"""The tags of the pages, rendered as templates render them."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import timezone

HOSTILE = '"><script>alert(1)</script>'


def draw(text, **values):
    return Template("{% load portal %}" + text).render(Context(values))


def test_an_icon_is_decoration_unless_it_has_a_label():
    use = '<use href="#i-table"></use></svg>'

    assert draw('{% icon "table" %}') == f'<svg class="icon" width="16" height="16" aria-hidden="true">{use}'
    assert 'role="img" aria-label="Failing"' in draw('{% icon "warn" label="Failing" %}')


@pytest.mark.parametrize(
    ("word", "tone", "icon"),
    [
        ("active", " ok", "check"),
        ("failed", " bad", "cross"),
        ("deprecated", " warn", "warn"),
        ("Running", " info", "refresh"),
        ("removed", "", "minus"),
    ],
)
def test_a_status_has_a_tone_an_icon_and_its_word(word, tone, icon):
    chip = draw("{% status word %}", word=word)

    assert chip.startswith(f'<span class="chip{tone}">')
    assert f'href="#i-{icon}"' in chip
    assert chip.endswith(f"{word.capitalize()}</span>")


def test_an_unknown_status_is_a_neutral_chip_and_none_is_nothing():
    assert draw('{% status "odd_word" %}|{% status None %}') == '<span class="chip">Odd word</span>|'


def test_a_kind_is_an_icon_and_a_word():
    drawn = draw('{% kind "training_set" %}')

    assert 'data-family="ml"' in drawn
    assert 'href="#i-training_set"' in drawn
    assert drawn.endswith("Training set</span>")


def test_a_kind_nobody_drew_gets_the_plain_mark():
    assert 'href="#i-info"' in draw('{% kind "spaceship" %}')


@pytest.mark.parametrize(
    "text",
    [
        "{% icon x label=x %}",
        "{% chip 'ok' x %}",
        "{% status x %}",
        "{% sensitivity x %}",
        "{% kind x %}",
        "{% initials x %}",
        "{% sparkline values x %}",
        "{% diff x '' %}",
        "{% diff '' x %}",
        "{{ x|words }}",
    ],
)
def test_what_people_wrote_is_never_markup(text):
    assert "<script>" not in draw(text, x=HOSTILE, values=[1, 2])


def test_a_sparkline_says_what_it_shows():
    drawn = draw('{% sparkline values "Completeness" limit=95 %}', values=[90, 97])

    assert 'aria-label="Completeness: 2 values, from 90 to 97, lowest 90, highest 97"' in drawn
    assert 'class="limit"' in drawn
    assert 'class="last"' in drawn


def test_a_diff_marks_words_and_names_an_empty_side():
    drawn = draw("{% diff old new %}", old=None, new="One row per order.")

    assert '<span class="dim">empty</span>' in drawn
    assert "<ins>One row per order.</ins>" in drawn


def test_an_age_carries_its_exact_moment():
    moment = timezone.now() - timedelta(hours=2, minutes=5)
    exact = moment.strftime("%d %b %Y, %H:%M UTC").lstrip("0")

    drawn = draw("{{ moment|ago }}", moment=moment)

    assert drawn.endswith(f' title="{exact}">2 h ago</time>')


def test_a_day_and_no_moment_at_all_have_ages_too():
    assert 'datetime="2020-01-02T00:00:00+00:00"' in draw("{{ day|ago }}", day=date(2020, 1, 2))
    assert draw("{{ none|ago }}", none=None) == "–"


def test_far_pages_are_elided():
    drawn = draw(
        "{% for n in pages|elided:10 %}{{ n|default_if_none:'…' }} {% endfor %}",
        pages=Paginator(range(500), 25),
    )

    assert drawn.split() == ["1", "…", "8", "9", "10", "11", "12", "…", "20"]


def test_initials_use_the_full_name_where_there_is_one():
    user = SimpleNamespace(get_full_name=lambda: "Ana Lopez")

    assert draw("{% initials user %}", user=user) == '<span class="avatar" aria-hidden="true">AL</span>'


def test_numbers_are_short():
    drawn = draw("{{ a|percent:1 }} {{ b|compact }} {{ c|kind_icon }}", a=0.5, b=1500, c="view")

    assert drawn == "50.0 % 1.5 k view"


def test_a_moment_of_another_zone_is_shown_in_ours():
    moment = datetime(2020, 5, 1, 12, 30, tzinfo=UTC)

    assert 'datetime="2020-05-01T12:30:00+00:00" title="1 May 2020, 12:30 UTC"' in draw(
        "{{ m|ago }}", m=moment
    )
