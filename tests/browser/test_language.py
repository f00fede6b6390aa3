"""The visual language keeps its promises: contrast in both modes, icons that exist, nothing inline."""

import re
from pathlib import Path

import pytest

from accesscontrol.display import tones

ROOT = Path(__file__).resolve().parents[2]
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (ROOT / "static/css/tokens.css").read_text()
    )
}
SPRITE = set(re.findall(r'id="i-(\w+)"', (ROOT / "templates/parts/sprite.html").read_text()))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static/css").glob("*.css"))

SURFACES = ["bg", "panel", "raised", "hover", "soft"]
TEXT = [(ink, surface) for ink in ("ink", "dim", "link") for surface in SURFACES]
TEXT += [(tone, f"{tone}-soft") for tone in ("ok", "warn", "bad", "info", "private")]
TEXT += [(tone, "panel") for tone in ("ok", "warn", "bad", "info", "private")]
TEXT += [("ink", f"band-{band}") for band in range(1, 6)]
TEXT += [
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
    ("link", "accent-soft"),
    ("ink", "accent-soft"),
]
TEXT += [("bad-solid-ink", "bad-solid"), ("ink", "sunken"), ("dim", "sunken")]
SHAPES = [(shape, surface) for shape in ("control", "focus", "accent") for surface in ("bg", "panel")]
SHAPES += [(f"kind-{family}", "panel") for family in ("data", "flow", "ml", "use", "place")]


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    high, low = sorted([luminance(one), luminance(two)], reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_twenty_one_to_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "surface"), TEXT)
def test_text_can_be_read(ink, surface, mode):
    assert contrast(TOKENS[ink][mode], TOKENS[surface][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "surface"), SHAPES)
def test_controls_and_icons_can_be_seen(shape, surface, mode):
    assert contrast(TOKENS[shape][mode], TOKENS[surface][mode]) >= 3.0


def test_every_icon_in_use_is_drawn():
    texts = [path.read_text() for path in [*TEMPLATES, *(ROOT / "static/js").rglob("*.js")]]
    used = {
        name
        for text in texts
        for name in re.findall(r"""{% icon ["'](\w+)["']|[^.]\bicon\('(\w+)'\)""", text)
    }
    looks = [*tones.STATUS.values(), *tones.SENSITIVITY.values(), tones.PLAIN]
    names = {one or two for one, two in used} | {look.icon for look in looks} - {""}

    assert names - SPRITE == set()


def test_every_kind_of_asset_has_a_drawing():
    kinds = [*tones.FAMILIES, *tones.PLACES, *tones.ICONS]

    assert {tones.kind_icon(kind) for kind in kinds} - SPRITE == set()


def test_no_token_is_used_that_is_not_defined():
    defined = set(re.findall(r"--([\w-]+):", "".join(path.read_text() for path in STYLES)))
    used = {
        name
        for path in STYLES
        if path.name != "admin.css"
        for name in re.findall(r"var\(--([\w-]+)", path.read_text())
    }

    assert used - defined == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_nothing_is_inline(path):
    text = re.sub(r"{#.*?#}", "", path.read_text())

    assert (
        re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+=|javascript:|hx-on", text) == []
    )
