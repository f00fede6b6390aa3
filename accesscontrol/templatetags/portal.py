"""Tags and filters of every page: icons, chips, ages, small pictures. They shape values; they ask nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django import template
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accesscontrol.display import sparkline as lines
from accesscontrol.display import tones, wording
from accesscontrol.display.diff import Piece, word_diff

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of our sprite; with a label it is read aloud, else it is decoration."""
    drawing = '<svg class="icon" width="16" height="16" {}><use href="#i-{}"></use></svg>'
    meaning = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(drawing, meaning, name)


@register.simple_tag
def chip(tone: str, text: object, icon: str = "") -> SafeString:
    """A word in a coloured lozenge; tone: neutral ok warn bad info private."""
    colour = "" if tone == "neutral" else f" {tone}"
    return format_html('<span class="chip{}">{}{}</span>', colour, _icon_or_nothing(icon), text)


@register.simple_tag
def status(word: object, text: str = "") -> SafeString:
    """The chip of a status; its look is chosen by the word, an empty one gives nothing."""
    if not word:
        return SafeString("")
    look = tones.status_look(str(word))
    return chip(look.tone or "neutral", text or wording.words(str(word)), look.icon)


@register.simple_tag
def sensitivity(level: object) -> SafeString:
    """The chip of a level of sensitivity; an empty one gives nothing."""
    if not level:
        return SafeString("")
    look = tones.SENSITIVITY.get(str(level).lower(), tones.PLAIN)
    return chip(look.tone or "neutral", wording.words(str(level)), look.icon)


@register.simple_tag
def kind(name: str | None) -> SafeString:
    """Icon and word of a kind of asset."""
    if not name:
        return SafeString("")
    drawing = icon(tones.kind_icon(str(name)))
    family = tones.kind_family(str(name))
    return format_html(
        '<span class="kind" data-family="{}">{}{}</span>', family, drawing, wording.words(str(name))
    )


@register.simple_tag
def initials(user: object) -> SafeString:
    """A round mark with the initials of a person; their name stands beside it."""
    name = getattr(user, "get_full_name", str)() or str(user)
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', wording.initials(name))


@register.simple_tag
def sparkline(
    values: Sequence[float | None], label: str, width: int = 120, height: int = 28, limit: float | None = None
) -> SafeString:
    """A line of numbers as SVG, with the sentence that says the same; `limit` is a dashed threshold."""
    line = lines.sparkline(values, width=width, height=height, limit=limit)
    return format_html(
        '<svg class="spark" role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">'
        '{}<path d="{}" fill="none" stroke="currentColor" stroke-width="1.5"/>{}</svg>',
        lines.sentence(label, values),
        *(width, height, width, height),
        _limit(line, width),
        line.path,
        _dot(line),
    )


@register.simple_tag
def diff(old: object, new: object) -> SafeString:
    """Old and new text under each other, changed words marked; an empty side says so."""
    before, after = word_diff(str(old or ""), str(new or ""))
    return format_html(
        '<div class="diff"><div class="old"><span class="side">Before</span><span>{}</span></div>'
        '<div class="new"><span class="side">After</span><span>{}</span></div></div>',
        _pieces(before, "del"),
        _pieces(after, "ins"),
    )


@register.filter
def ago(moment: datetime | date | None) -> SafeString | str:
    """A moment as an age; the exact time and its zone are in the title."""
    if moment is None or moment == "":
        return wording.NOTHING
    if not isinstance(moment, datetime):
        moment = timezone.make_aware(datetime.combine(moment, time.min))
    local = timezone.localtime(moment)
    exact = f"{local:%d %b %Y, %H:%M %Z}".lstrip("0")
    age = wording.ago(moment, timezone.now())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), exact, age
    )


@register.filter
def percent(share: float | None, digits: int = 0) -> str:
    """0.973 -> 97 %."""
    return wording.percent(None if share is None else float(share), int(digits))


@register.filter
def compact(number: float | None) -> str:
    """12431 -> 12.4 k."""
    return wording.compact(number)


@register.filter
def words(name: object) -> str:
    """training_set -> Training set."""
    return wording.words(str(name or ""))


@register.filter
def kind_icon(name: object) -> str:
    """The sprite's name for a kind of asset."""
    return tones.kind_icon(str(name or ""))


@register.filter
def elided(paginator: Paginator[object], number: int) -> list[int | None]:
    """The page numbers worth a link; None is a gap."""
    pages = paginator.get_elided_page_range(number, on_each_side=2, on_ends=1)
    return [page if isinstance(page, int) else None for page in pages]


def _icon_or_nothing(name: str) -> SafeString:
    return icon(name) if name else SafeString("")


def _dot(line: lines.Sparkline) -> SafeString:
    if line.last is None:
        return SafeString("")
    return format_html('<circle class="last" cx="{}" cy="{}" r="2.5" fill="currentColor"/>', *line.last)


def _limit(line: lines.Sparkline, width: int) -> SafeString:
    if line.limit is None:
        return SafeString("")
    return format_html(
        '<path class="limit" d="M0 {}H{}" stroke="currentColor" stroke-dasharray="2 3" opacity=".7"/>',
        line.limit,
        width,
    )


def _pieces(pieces: Sequence[Piece], mark: str) -> SafeString:
    if not pieces:
        return SafeString('<span class="dim">empty</span>')
    plain, marked = "{}", f"<{mark}>{{}}</{mark}>"
    return format_html_join(
        "", "{}", ((format_html(marked if piece.changed else plain, piece.text),) for piece in pieces)
    )
