from typing import Any

from django import template

from govportal.twins import twin_of

register = template.Library()


@register.inclusion_tag("parts/twin.html", takes_context=True)
def twin(context: template.Context) -> dict[str, Any]:
    """How a program asks for what this page shows; nothing where no endpoint tells it."""
    request = context.get("request")
    return {"twin": twin_of(request) if request and request.user.is_authenticated else None}
