import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accesscontrol.audit.models import Entry
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.explain import lines
from accesscontrol.policy.forms import ExplainForm, PolicyFilter
from accesscontrol.policy.models import Policy
from accesscontrol.policy.querysets import governed_model
from accesscontrol.policy.reads import in_emergency
from accesscontrol.policy.registry import action_names, registry
from accesscontrol.policy.values import PolicyError
from accesscontrol.policy.why import why
from accesscontrol.web import PortalRequest, door, fetch, render_part


@door("accesscontrol.view_policy")
@require_GET
def policies(request: PortalRequest) -> HttpResponse:
    form = PolicyFilter(request.GET)
    rows = Policy.objects.visible_to(request.user).filter(form.chosen())
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render_part(request, "accesscontrol/policies.html", "rows", {"form": form, "page": page})


@door("accesscontrol.view_policy")
@require_GET
def policy(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, Policy, code)
    shown = {
        "policy": found,
        "lines": _lines(found),
        "document": _json(found.document),
        "entries": Entry.objects.visible_to(request.user).about("policy", str(code))[:20],
    }
    return render(request, "accesscontrol/policy.html", shown)


@door("accesscontrol.view_policy")
@require_GET
def attributes(request: PortalRequest) -> HttpResponse:
    """Everything that a policy may speak of, and by which words."""
    shown = {"groups": registry(), "actions": action_names()}
    return render(request, "accesscontrol/attributes.html", shown)


@door("accesscontrol.explain_policy")
@require_GET
def explain(request: PortalRequest) -> HttpResponse:
    form = ExplainForm({"action": "view", **request.GET.dict()} if request.GET else None)
    shown = _explained(request, form) if form.is_valid() else {}
    return render(request, "accesscontrol/policy_explain.html", {"form": form, **shown})


def _explained(request: PortalRequest, form: ExplainForm) -> dict[str, Any]:
    """Return the asset and the explanation, or nothing but a message at the form's field."""
    asked = form.cleaned_data
    model: Any = governed_model("asset")
    found = list(model._default_manager.visible_to(request.user).filter(asked["asset"])[:2])
    if len(found) != 1:
        form.add_error("asset", "Several assets have this name; use the code." if found else "Not found.")
        return {}
    env = {**form.env(), "break_glass": in_emergency(asked["user"])}
    answer = why(asked["user"], found[0], asked["action"], env)
    shown = {"asset": found[0], "user_asked": asked["user"], "action": asked["action"], "why": answer}
    return {**shown, "short": answer.in_words() if answer else []}


def _lines(found: Policy) -> list[Any]:
    """Return the conditions to read; none for a policy that no longer reads, whose JSON is shown."""
    try:
        return list(lines(read_policy(found.document).conditions))
    except PolicyError:
        return []


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)
