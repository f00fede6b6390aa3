import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.policy.attributes import OPERATORS, VOCABULARY
from accesscontrol.policy.document import Rule
from accesscontrol.policy.explain import Line, lines
from accesscontrol.policy.models import Policy
from accesscontrol.policy.values import PolicyError
from accesscontrol.policysets import changes, services
from accesscontrol.policysets.forms import ImportForm, PolicyForm, ProposedPolicyForm, SetFilter
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import changes_of, decidable, readiness
from accesscontrol.web import PortalRequest, door, fetch, render_part

EXAMPLE: Mapping[str, Any] = {
    "name": "analysts-see-open-data",
    "description": "Analysts see what is public or internal, in any domain.",
    "effect": "permit",
    "actions": ["view"],
    "conditions": [
        {"attribute": "user.roles", "operator": "contains", "value": "analyst"},
        {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"},
    ],
}
MOST_SHOWN = 200


@door("accesscontrol.view_policyset")
@require_GET
def sets(request: PortalRequest) -> HttpResponse:
    form = SetFilter(request.GET)
    rows = PolicySet.objects.visible_to(request.user).filter(form.chosen()).for_list()
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render_part(request, "accesscontrol/policysets.html", "rows", {"form": form, "page": page})


@door("accesscontrol.view_policyset")
@require_GET
def policy_set(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, PolicySet, code)
    return render(request, "accesscontrol/policyset.html", _shown(request, found))


@door("accesscontrol.add_policyset")
@require_http_methods(["GET", "POST"])
def new_policy(request: PortalRequest) -> HttpResponse:
    return _propose(request, None, EXAMPLE)


@door("accesscontrol.add_policyset")
@require_http_methods(["GET", "POST"])
def edit_policy(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, Policy, code)
    return _propose(request, found, found.document)


@door("accesscontrol.add_policyset")
@require_POST
def remove_policy(request: PortalRequest, code: UUID) -> HttpResponse:
    """Begin a change without this policy."""
    found = fetch(request, Policy, code)
    made = services.draft(summary=f"Remove {found.name}", author=request.user)
    return redirect(services.drop_policy(policy_set=made, name=found.name, actor=request.user))


@door("accesscontrol.add_policyset")
@require_http_methods(["GET", "POST"])
def take_in(request: PortalRequest) -> HttpResponse:
    form = ImportForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        return redirect(
            services.draft(summary=given["summary"], author=request.user, documents=given["documents"])
        )
    status = 400 if form.errors else 200
    return render(request, "accesscontrol/policyset_import.html", {"form": form}, status=status)


@door("accesscontrol.view_policyset")
@require_GET
def export(request: PortalRequest, code: UUID) -> HttpResponse:
    form = request.GET.get("as", "json")
    if form not in changes.FORMS:
        raise Http404("There is no such format.")
    found = fetch(request, PolicySet, code)
    text = changes.write_text(found.documents, form)
    headers = {"Content-Disposition": f'attachment; filename="policies-{found.number}.{form}"'}
    return HttpResponse(text, content_type=changes.FORMS[form][1], headers=headers)


@door("accesscontrol.change_policyset")
@require_http_methods(["GET", "POST"])
def edit_in_set(request: PortalRequest, code: UUID) -> HttpResponse:
    """Write one policy of a draft; without ?policy= a new one."""
    found = fetch(request, PolicySet, code, "change")
    name = request.GET.get("policy")
    document = found.find(name) if name else EXAMPLE
    if document is None:
        raise Http404("There is no such policy in this change.")
    form = PolicyForm(request.POST or None, initial={"document": _json(document), "digest": found.digest})
    if form.is_valid() and _put(request, form, found, name):
        return redirect(found)
    shown = {"form": form, "policy_set": found, "name": name or ""}
    return _form_page(request, shown)


@door("accesscontrol.change_policyset")
@require_POST
def drop(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, PolicySet, code, "change")
    name = request.POST.get("policy", "")
    return redirect(services.drop_policy(policy_set=found, name=name, actor=request.user))


@door("accesscontrol.add_policyset")
@require_POST
def start_from(request: PortalRequest, code: UUID) -> HttpResponse:
    """Begin an own change with the content of this one."""
    found = fetch(request, PolicySet, code)
    return redirect(services.draft(summary=found.summary, author=request.user, documents=found.documents))


@door("accesscontrol.change_policyset")
@require_POST
def rebase(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, PolicySet, code, "change")
    row, conflicts = services.rebase(policy_set=found, actor=request.user)
    if conflicts:
        messages.warning(request, f"Changed on both sides, yours was kept: {', '.join(conflicts)}.")
    return redirect(row)


@door("accesscontrol.change_policyset")
@require_POST
def submit(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, PolicySet, code, "change")
    return redirect(services.submit(policy_set=found, actor=request.user))


@door("accesscontrol.change_policyset")
@require_POST
def withdraw(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, PolicySet, code, "change")
    return redirect(services.withdraw(policy_set=found, actor=request.user))


@door("accesscontrol.approve_policyset")
@require_POST
def approve(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, PolicySet, code, "approve")
    given = request.POST
    services.approve(
        policy_set=found,
        actor=request.user,
        seen=given.get("digest", ""),
        reason=given.get("reason", "")[:2000],
    )
    return redirect(found)


@door("accesscontrol.approve_policyset")
@require_POST
def reject(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, PolicySet, code, "approve")
    reason = request.POST.get("reason", "")[:2000]
    return redirect(services.reject(policy_set=found, actor=request.user, reason=reason))


@door("accesscontrol.activate_policyset")
@require_POST
def activate(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, PolicySet, code, "activate")
    row = services.activate(policy_set=found, actor=request.user)
    messages.success(request, "In force from now on, for everybody.")
    return redirect(row)


@door("accesscontrol.activate_policyset")
@require_POST
def roll_back(request: PortalRequest, code: UUID) -> HttpResponse:
    found = fetch(request, PolicySet, code, "activate")
    reason = request.POST.get("reason", "")[:2000]
    row = services.roll_back(policy_set=found, actor=request.user, reason=reason)
    messages.success(request, f"The policies of change {row.number} are in force again.")
    return redirect(row)


def _propose(request: PortalRequest, found: Policy | None, document: Mapping[str, Any]) -> HttpResponse:
    drafts = PolicySet.objects.visible_to(request.user).drafts().filter(author=request.user)
    initial = {"document": _json(document), "into": drafts.first()}
    form = ProposedPolicyForm(request.POST or None, drafts=drafts, initial=initial)
    if form.is_valid():
        row = _drafted(request, form, found)
        if row is not None:
            return redirect(row)
    shown = {"form": form, "policy": found, "name": found.name if found else ""}
    return _form_page(request, shown)


def _drafted(request: PortalRequest, form: ProposedPolicyForm, found: Policy | None) -> PolicySet | None:
    """Return the draft with the policy in it, or None with the fault in the form."""
    given = form.cleaned_data
    into = given["into"] or services.draft(summary=given["summary"], author=request.user)
    replaces = found.name if found and into.find(found.name) else None
    if _put(request, form, into, replaces):
        return into
    if not given["into"]:
        services.withdraw(policy_set=into, actor=request.user)
    return None


def _put(request: PortalRequest, form: PolicyForm, into: PolicySet, replaces: str | None) -> bool:
    given = form.cleaned_data
    try:
        services.put_policy(
            policy_set=into,
            document=given["document"],
            actor=request.user,
            replaces=replaces,
            seen=given["digest"] or None,
        )
    except PolicyError as error:
        form.refuse(error)
    return form.is_valid()


def _form_page(request: HttpRequest, shown: dict[str, Any]) -> HttpResponse:
    operators = {kind: sorted(names) for kind, names in OPERATORS.items()}
    status = 400 if shown["form"].errors else 200
    shown |= {"vocabulary": VOCABULARY, "operators": operators}
    return render(request, "accesscontrol/policy_form.html", shown, status=status)


def _shown(request: PortalRequest, found: PolicySet) -> dict[str, Any]:
    user = request.user
    mine = found.author_id == user.pk
    found_changes = changes_of(found)
    return {
        "policy_set": found,
        "changes": [_told(change) for change in found_changes[:MOST_SHOWN]],
        "more": max(0, len(found_changes) - MOST_SHOWN),
        "ready": readiness(found) if found.is_open else None,
        "may_change": mine and user.has_perm("accesscontrol.change_policyset"),
        "may_decide": decidable(user).filter(pk=found.pk).exists(),
        "may_activate": user.has_perm("accesscontrol.activate_policyset"),
        "effect_url": _effect_url(found),
        "forms": [(name, label) for name, (label, _) in changes.FORMS.items()],
    }


@dataclass(frozen=True)
class Told:
    """A change to be read: the rule, its conditions as lines, old and new JSON."""

    change: changes.Change
    rule: Rule
    lines: list[Line]
    old: str
    new: str


def _told(change: changes.Change) -> Told:
    rule = changes.rules([change.after or change.before or {}])[0]
    return Told(change, rule, list(lines(rule.conditions)), _json(change.before), _json(change.after))


def _effect_url(found: PolicySet) -> str:
    """Return the address of the section that an upper floor shows of the set's effect."""
    try:
        return reverse("simulations:of_set", args=[found.code])
    except NoReverseMatch:
        return ""


def _json(document: Mapping[str, Any] | None) -> str:
    if document is None:
        return ""
    told = changes.readable(document) if "resource_types" in document else document
    return json.dumps(told, indent=2, ensure_ascii=False)
