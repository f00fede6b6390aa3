"""Tags of the Access pages."""

from typing import Any

from django import template

from accesscontrol.tabs import Tab, tabs

register = template.Library()


@register.simple_tag(takes_context=True)
def access_tabs(context: dict[str, Any]) -> list[Tab]:
    """The tabs of the Access area that the reader may open."""
    request = context["request"]
    return tabs(request.user, request.path)
