"""How what people wrote is shown: plain text with links, line breaks and mentions, nothing of it as HTML."""

from django import template
from django.template.defaultfilters import linebreaks_filter
from django.utils.html import escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe

from stewardship.discussions.mentions import pieces

register = template.Library()


@register.filter
def written(text: str) -> SafeString:
    """A text as its author meant it: addresses are links, mentions stand out, lines break."""
    told = (
        _mention(part) if named else urlize(part, nofollow=True, autoescape=True)
        for part, named in pieces(text)
    )
    return linebreaks_filter(mark_safe("".join(told)), autoescape=False)  # noqa: S308 - every piece is escaped


@register.filter
def first_line(text: str) -> str:
    """How a text begins, for a list."""
    return text.strip().partition("\n")[0]


def _mention(name: str) -> SafeString:
    return format_html('<span class="mention">{}</span>', escape(name))
