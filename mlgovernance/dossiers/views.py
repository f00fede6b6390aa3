from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.web import PortalRequest, door, fetch
from catalog.assets.models import Asset
from mlgovernance.dossiers import reads
from mlgovernance.dossiers.forms import ModelFilter, ReviewForm, StatusForm
from mlgovernance.registry import services
from mlgovernance.registry.models import ModelVersion

PER_PAGE = 25


@door("mlgovernance.view_modelversion")
@require_GET
def models(request: PortalRequest) -> HttpResponse:
    form = ModelFilter(request.GET)
    rows = reads.listed_models(reader=request.user, wanted=form.wanted)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "mlgovernance/models.html", {"page": page, "form": form, "wanted": form.wanted})


@door("mlgovernance.view_modelversion")
@require_GET
def model(request: PortalRequest, code: UUID) -> HttpResponse:
    return _show(request, fetch(request, ModelVersion, code), ReviewForm())


def _show(
    request: PortalRequest,
    row: ModelVersion,
    form: ReviewForm,
    status_form: StatusForm | None = None,
    status: int = 200,
) -> HttpResponse:
    dossier = reads.dossier(reader=request.user, model=row)
    context = {
        "dossier": dossier,
        "model": row,
        "metrics": reads.last_metrics(dossier.runs),
        "form": form,
        "status_form": status_form or StatusForm(initial={"status": row.status}),
        "may_review": row.created_by != request.user.username
        and request.user.has_perm("mlgovernance.review_modelversion"),
    }
    return render(request, "mlgovernance/model.html", context, status=status)


@door("mlgovernance.review_modelversion")
@require_POST
def approve(request: PortalRequest, code: UUID) -> HttpResponse:
    return _review(request, code, ModelVersion.Governance.APPROVED)


@door("mlgovernance.review_modelversion")
@require_POST
def reject(request: PortalRequest, code: UUID) -> HttpResponse:
    return _review(request, code, ModelVersion.Governance.REJECTED)


def _review(request: PortalRequest, code: UUID, verdict: str) -> HttpResponse:
    row = fetch(request, ModelVersion, code, "review")
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form, status=400)
    services.review_model_version(
        model_version=row,
        verdict=verdict,
        reason=form.cleaned_data["reason"],
        actor=request.user.username,
    )
    messages.success(request, f"{row} is {verdict}.")
    return redirect(row)


@door("mlgovernance.change_modelversion")
@require_POST
def change_status(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, ModelVersion, code, "change")
    form = StatusForm(request.POST)
    if not form.is_valid():
        return _show(request, row, ReviewForm(), form, status=400)
    services.change_model_status(model_version=row, actor=request.user.username, **form.cleaned_data)
    return redirect(row)


@door("mlgovernance.view_modelversion")
@require_GET
def panel(request: PortalRequest, code: UUID) -> HttpResponse:
    """The tab of a model's asset page."""
    asset = fetch(request, Asset, code)
    row = ModelVersion.objects.visible_to(request.user).filter(asset=asset).first()
    return render(request, "mlgovernance/panel.html", {"model": row})
