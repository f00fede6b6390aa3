"""An answer as the response's context: reasons, duties, and how to ask for what was refused.

Whoever is refused reads the same sentence for a thing that is hidden and for one that does not exist.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accesscontrol.authzen.messages import Malformed
from accesscontrol.authzen.reads import Answer

REQUEST = "access:request"
HINT_LASTS = timedelta(hours=1)
PERMITTED = "This is allowed."
REFUSED = "Nothing that is in force allows this."
MAY_ASK = "Nothing that is in force allows this, but you may ask for access."


def evaluation(answer: Answer, *, explained: bool) -> dict[str, Any]:
    """Return AuthZEN's decision with its context."""
    decision = answer.decision
    context: dict[str, Any] = {"evaluation_id": str(uuid4()), "reason_user": {"en": _for_user(answer)}}
    if explained:
        context["reason_admin"] = {"en": f"{decision.reason}: {', '.join(decision.policies) or 'no policy'}"}
    if decision.obligations:
        context["obligations"] = [_obligation(each) for each in decision.obligations]
    request = access_request(answer)
    if request:
        context["access_request"] = request
    return {"decision": decision.allowed, "context": context}


def fault(malformed: Malformed) -> dict[str, Any]:
    """Return the refusal of a batch's item that cannot be read."""
    return {"decision": False, "context": {"error": {"status": 400, "message": str(malformed)}}}


def access_request(answer: Answer) -> dict[str, Any] | None:
    """Return where to ask for what was refused, by the draft Access Request and Approval profile."""
    address = request_address(answer.resource.code) if answer.resource and answer.may_ask else ""
    if not address:
        return None
    return {
        "endpoint": address,
        "template": f"{answer.question.resource.type}:{answer.question.action}",
        "expires_at": (timezone.now() + HINT_LASTS).isoformat(timespec="seconds"),
        "display": {"title": "Ask for access", "description": MAY_ASK},
    }


def request_address(code: UUID) -> str:
    """Return the page on which access to a resource is asked for; nothing where there is none."""
    try:
        return f"{settings.PORTAL_URL}{reverse(REQUEST, args=[code])}"
    except NoReverseMatch:
        return ""


def _for_user(answer: Answer) -> str:
    if answer.decision.allowed:
        return PERMITTED
    return MAY_ASK if answer.may_ask else REFUSED


def _obligation(duty: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": duty["id"], "type": duty["type"], "properties": duty.get("properties", {})}
