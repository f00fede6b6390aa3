from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch, render_part
from catalog.assets.models import Asset
from quality.rules.checks.registry import DIMENSIONS
from quality.rules.models import Rule
from quality.runs import reads, services
from quality.runs.forms import BoardFilter, NoteForm
from quality.runs.models import Result, Violation
from stewardship.jobs.models import Job

PER_PAGE = 25
MOST_VIOLATIONS = 20  # on the board
STOP_POLLING = 286  # htmx's own status: swap, and do not ask again


@door("quality.view_rule")
@require_GET
def board(request: PortalRequest) -> HttpResponse:
    form = BoardFilter(request.GET)
    wanted = form.wanted
    rules = reads.listed_rules(reader=request.user, wanted=wanted)
    page = Paginator(rules, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = reads.with_history(page.object_list)
    context = {
        "tiles": reads.tiles(reader=request.user),
        "heat": reads.heat(reader=request.user),
        "dimensions": DIMENSIONS,
        "violations": reads.open_violations(reader=request.user)[:MOST_VIOLATIONS],
        "page": page,
        "form": form,
        "wanted": wanted,
    }
    return render_part(request, "quality/board.html", "rules", context)


@door("quality.view_rule")
@require_GET
def rule(request: PortalRequest, code: UUID) -> HttpResponse:
    return _show(request, fetch(request, Rule, code), NoteForm())


def _show(request: PortalRequest, row: Rule, form: NoteForm, status: int = 200) -> HttpResponse:
    results = Result.objects.visible_to(request.user).filter(rule=row).select_related("job")
    page = Paginator(results, PER_PAGE).get_page(request.GET.get("page"))
    violations = Violation.objects.visible_to(request.user).filter(rule=row)
    context = {
        "rule": reads.with_history([row])[0],
        "page": page,
        "violations": violations[:MOST_VIOLATIONS],
        "job": _last_job(request, f"rule:{row.code}"),
        "form": form,
    }
    return render(request, "quality/rule.html", context, status=status)


def _last_job(request: PortalRequest, subject: str) -> Job | None:
    """The last run of this very subject, as far as the reader may see it."""
    return Job.objects.visible_to(request.user).filter(kind=services.EVALUATE).about(subject).first()


@door("quality.add_result")
@require_POST
def evaluate_rule(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Rule, code)
    services.submit_rule_run(rule=row, actor=request.user.username)
    return redirect(row)


@door("quality.add_result")
@require_POST
def evaluate_asset(request: PortalRequest, code: UUID) -> HttpResponse:
    asset = fetch(request, Asset, code)
    services.submit_asset_run(asset=asset, actor=request.user.username)
    return redirect("catalog:panel", asset.code, "quality")


@door("quality.view_rule")
@require_GET
def panel(request: PortalRequest, code: UUID) -> HttpResponse:
    """The asset page's tab."""
    asset = fetch(request, Asset, code)
    rules = Rule.objects.visible_to(request.user).filter(asset=asset).for_list()
    job = _last_job(request, f"asset:{asset.code}")
    context = {"asset": asset, "rules": reads.with_history(rules), "job": job}
    return render(request, "quality/panel.html", context)


@door(SIGNED_IN)
@require_GET
def progress(request: PortalRequest, code: UUID) -> HttpResponse:
    """How far a run is; once it ended the page is loaded anew, with what the run found."""
    job = fetch(request, Job, code)
    response = render(request, "parts/progress.html", {"job": job, "poll_url": request.path})
    if not job.is_unfinished:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"
    return response


@door("quality.change_violation")
@require_POST
def acknowledge(request: PortalRequest, code: UUID) -> HttpResponse:
    return _follow_up(request, code, services.acknowledge_violation)


@door("quality.change_violation")
@require_POST
def resolve(request: PortalRequest, code: UUID) -> HttpResponse:
    return _follow_up(request, code, services.resolve_violation)


def _follow_up(request: PortalRequest, code: UUID, verb: Callable[..., Violation]) -> HttpResponse:
    violation = fetch(request, Violation, code, "change")
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            verb(violation=violation, actor=request.user.username, note=form.cleaned_data["note"])
        except ValidationError as error:
            form.add_error(None, error)
    if form.errors:
        return _show(request, violation.rule, form, status=400)
    return redirect(violation)
