from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.enforcement.elsewhere.texts import NOT_RUN, TEXTS, written
from accesscontrol.web import PortalRequest, door, fetch, fetch_from, render_part
from catalog.connectors.errors import ConnectorError
from catalog.enforcement import plans, reads, services, shown
from catalog.enforcement.engines.registry import ENGINES, PIECEMEAL
from catalog.enforcement.forms import EnforcementForm, MappingForm, RowRuleForm
from catalog.enforcement.models import APPLY, DRIFT, REVERSE, VERIFY, Enforcement, Plan, RoleMapping, RowRule
from catalog.sources.models import Source
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job

VIEW, CHANGE = "catalog.view_enforcement", "catalog.change_enforcement"
APPROVE_DOOR, APPLY_DOOR = "catalog.approve_enforcement", "catalog.apply_enforcement"
HIDDEN = "Some tables of this source are hidden from you, and a plan speaks of all of them."
PLANS_SHOWN = 10
JOBS_SHOWN = 3


def enforced(request: PortalRequest, code: UUID) -> Enforcement:
    """Return what is enforced in the source, or 404."""
    source = fetch(request, Source, code)
    rows = Enforcement.objects.visible_to(request.user).filter(source=source)
    row: Enforcement | None = rows.select_related("source").first()
    if row is None:
        raise Http404("Enforcement is not set up in this source.")
    return row


def whole(request: PortalRequest, code: UUID) -> Enforcement:
    """Return it for who sees all of the source; else 403 with the reason."""
    row = enforced(request, code)
    if not reads.sees_everything(row, request.user):
        raise PermissionDenied(HIDDEN)
    return row


def planned(request: PortalRequest, code: UUID, number: int, row: Enforcement | None = None) -> Plan:
    row = row or enforced(request, code)
    rows = Plan.objects.visible_to(request.user).filter(enforcement=row, number=number)
    found: Plan | None = rows.select_related("enforcement__source", "author", "approved_by").first()
    if found is None:
        raise Http404("There is no such plan.")
    return found


@door(VIEW)
@require_GET
def enforcement(request: PortalRequest, code: UUID) -> HttpResponse:
    source = fetch(request, Source, code)
    row = Enforcement.objects.visible_to(request.user).filter(source=source).select_related("source").first()
    context: dict[str, Any] = {"source": source, "row": row, "runs": source.kind in ENGINES}
    context |= _state(request, row) if row else {}
    response = render_part(request, "catalog/enforcement.html", "state", context)
    if request.htmx and not context.get("busy"):
        response["HX-Refresh"] = "true"  # plans, checks and drift change too
    return response


def _state(request: PortalRequest, row: Enforcement) -> dict[str, Any]:
    seen = reads.seen_keys(row, request.user)
    checks = shown.checks_for(row, request.user)
    jobs = list(Job.objects.visible_to(request.user).about(row.subject)[:JOBS_SHOWN])
    return {
        "mappings": reads.mappings(row),
        "rules": [rule for rule in row.row_rules.select_related("asset") if str(rule.asset.code) in seen],
        "plans": row.plans.select_related("author", "approved_by")[:PLANS_SHOWN],
        "checks": checks,
        "counts": shown.counts(checks),
        "whole": reads.sees_everything(row, request.user),
        "jobs": jobs,
        "busy": any(job.is_unfinished for job in jobs),
        "tables": reads.count_of_included(row, seen.values()),
        "texts": [(kind, each.label) for kind, each in TEXTS.items()],
    }


@door(CHANGE)
@require_http_methods(["GET", "POST"])
def set_up(request: PortalRequest, code: UUID) -> HttpResponse:
    source = fetch(request, Source, code)
    row = Enforcement.objects.visible_to(request.user, "change").filter(source=source).first()
    start = row or Enforcement(source=source, database=source.settings.get("database", ""))
    form = EnforcementForm(request.POST or None, instance=start)
    if request.method == "POST" and form.is_valid():
        given = {"changes": form.changes(), "secret": form.cleaned_data["password"]}
        saved = _try(
            form, lambda: services.save_enforcement(source=source, actor=request.user.username, **given)
        )
        if saved:
            messages.success(request, "Saved. Nothing changes in the database before a plan is applied.")
            return redirect("sources:enforcement", code)
    return _form(request, source, form, "Set up enforcement", "Save")


@door(CHANGE)
@require_http_methods(["GET", "POST"])
def add_mapping(request: PortalRequest, code: UUID) -> HttpResponse:
    row, form = enforced(request, code), MappingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if _try(form, lambda: services.map_role(enforcement=row, actor=request.user.username, **given)):
            messages.success(request, "The role is mapped. Make a plan to see what it changes.")
            return redirect("sources:enforcement", code)
    return _form(request, row.source, form, "Map a role of the database", "Map the role")


@door(CHANGE)
@require_http_methods(["GET", "POST"])
def add_rule(request: PortalRequest, code: UUID) -> HttpResponse:
    row = enforced(request, code)
    form = RowRuleForm(request.POST or None, assets=reads.assets_of(row).visible_to(request.user))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if _try(form, lambda: services.add_row_rule(enforcement=row, actor=request.user.username, **given)):
            messages.success(request, "The rule is kept. Make a plan to see what it changes.")
            return redirect("sources:enforcement", code)
    return _form(request, row.source, form, "Show rows by a column", "Add the rule")


def _try(form: Any, verb: Callable[[], Any]) -> Any:
    try:
        return verb()
    except ValidationError as error:
        known = {name: said for name, said in error.message_dict.items() if name in form.fields}
        rest = [said for name, each in error.message_dict.items() if name not in known for said in each]
        form.add_error(None, ValidationError(known or rest))
        for said in rest if known else []:
            form.add_error(None, said)
        return None


def _form(request: PortalRequest, source: Source, form: Any, title: str, submit: str) -> HttpResponse:
    context = {"source": source, "form": form, "title": title, "submit": submit}
    status = 400 if form.errors else 200
    return render(request, "catalog/enforcement_form.html", context, status=status)


@door(CHANGE)
@require_POST
def remove_mapping(request: PortalRequest, code: UUID, mapping: UUID) -> HttpResponse:
    rows = RoleMapping.objects.visible_to(request.user, "change").filter(enforcement=enforced(request, code))
    services.unmap_role(mapping=fetch_from(rows, mapping), actor=request.user.username)
    messages.success(request, "Forgotten here. In the database it ends with the next plan.")
    return redirect("sources:enforcement", code)


@door(CHANGE)
@require_POST
def remove_rule(request: PortalRequest, code: UUID, rule: UUID) -> HttpResponse:
    rows = RowRule.objects.visible_to(request.user, "change").filter(enforcement=enforced(request, code))
    services.drop_row_rule(rule=fetch_from(rows, rule), actor=request.user.username)
    messages.success(request, "Forgotten here. In the database it ends with the next plan.")
    return redirect("sources:enforcement", code)


@door(CHANGE)
@require_POST
def make_plan(request: PortalRequest, code: UUID) -> HttpResponse:
    row = whole(request, code)
    try:
        plan = plans.make_plan(enforcement=row, actor=request.user)
    except ConnectorError as error:
        messages.error(request, error.message)
        return redirect(row)
    if plan is None:
        messages.success(request, "Nothing to do: the database allows exactly what is wanted.")
        return redirect(row)
    return redirect(plan)


@door(VIEW)
@require_GET
def plan(request: PortalRequest, code: UUID, number: int) -> HttpResponse:
    found = planned(request, code, number)
    jobs = list(Job.objects.visible_to(request.user).about(found.enforcement.subject)[:1])
    context = {
        "plan": found,
        "shown": shown.plan_for(found, request.user),
        "latest": found.pk == getattr(plans.latest_applied(found.enforcement), "pk", None),
        "own": found.author_id == request.user.pk,
        "piecemeal": found.is_open and found.enforcement.source.kind in PIECEMEAL,
        "jobs": jobs,
        "busy": any(job.is_unfinished for job in jobs),
    }
    response = render_part(request, "catalog/enforcement_plan.html", "state", context)
    if request.htmx and not context["busy"]:
        response["HX-Refresh"] = "true"  # the buttons change too
    return response


@door(VIEW)
@require_GET
def text(request: PortalRequest, code: UUID, kind: str) -> HttpResponse:
    """What is wanted, as text for an engine that the portal does not reach."""
    row = whole(request, code)
    if kind not in TEXTS:
        raise Http404("The portal writes nothing for such an engine.")
    label, said = TEXTS[kind].label, written(kind, reads.wanted_now(row))
    context = {"source": row.source, "label": label, "text": said, "warning": NOT_RUN.format(engine=label)}
    return render(request, "catalog/enforcement_text.html", context)


@door(CHANGE)
@require_POST
def ask_review(request: PortalRequest, code: UUID, number: int) -> HttpResponse:
    found = planned(request, code, number, whole(request, code))
    plans.ask_review(plan=found, actor=request.user.username)
    messages.success(request, "A colleague can approve it now: it stands in their inbox.")
    return redirect(found)


@door(APPROVE_DOOR)
@require_POST
def approve(request: PortalRequest, code: UUID, number: int) -> HttpResponse:
    found = planned(request, code, number, whole(request, code))
    plans.approve_plan(plan=found, actor=request.user)
    messages.success(request, "Approved. It is applied when somebody asks for it.")
    return redirect(found)


@door(APPLY_DOOR)
@require_POST
def apply(request: PortalRequest, code: UUID, number: int) -> HttpResponse:
    found = planned(request, code, number, whole(request, code))
    start(APPLY, found.enforcement, request.user.username, plan_id=found.pk)
    return redirect(found)


@door(APPLY_DOOR)
@require_POST
def reverse(request: PortalRequest, code: UUID, number: int) -> HttpResponse:
    found = planned(request, code, number, whole(request, code))
    start(REVERSE, found.enforcement, request.user.username, plan_id=found.pk)
    return redirect(found)


@door(APPLY_DOOR)
@require_POST
def verify(request: PortalRequest, code: UUID) -> HttpResponse:
    row = whole(request, code)
    start(VERIFY, row, request.user.username, enforcement_id=row.pk)
    return redirect(row)


@door(APPLY_DOOR)
@require_POST
def drift(request: PortalRequest, code: UUID) -> HttpResponse:
    row = whole(request, code)
    start(DRIFT, row, request.user.username, enforcement_id=row.pk)
    return redirect(row)


def start(kind: str, row: Enforcement, actor: str, **arguments: int) -> Job:
    """Queue the work."""
    return submit_job(kind=kind, arguments=arguments, actor=actor, subject=row.subject)
