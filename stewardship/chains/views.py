from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch
from stewardship.chains import services
from stewardship.chains.forms import ChainForm, StepForm, StepFormSet, said_in, said_of
from stewardship.chains.models import Chain
from stewardship.chains.reads import scope_of
from stewardship.chains.wishes import MOST_STEPS


@door("stewardship.view_chain")
@require_GET
def chains(request: PortalRequest) -> HttpResponse:
    rows = Chain.objects.visible_to(request.user).for_list().order_by("-is_active", "name")
    listed = [(row, scope_of(row)) for row in rows]
    return render(request, "stewardship/chains.html", {"chains": listed})


@door("stewardship.view_chain")
@require_GET
def chain(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Chain, code)
    return render(request, "stewardship/chain.html", {"chain": row, "scope": scope_of(row)})


@door("stewardship.add_chain")
@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    return _edit(request, None)


@door("stewardship.change_chain")
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    return _edit(request, fetch(request, Chain, code, "change"))


@door("stewardship.change_chain")
@require_POST
def switch(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Chain, code, "change")
    try:
        row = services.switch_chain(chain=row, actor=request.user.username, on=not row.is_active)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "In force." if row.is_active else "Switched off.")
    return redirect(row)


def _edit(request: PortalRequest, row: Chain | None) -> HttpResponse:
    """The form; a button of it adds an empty step and sends nothing else."""
    steps = [said_in(step) for step in row.steps.all()] if row else [{}]
    form = ChainForm(request.POST or None, initial=said_of(row) if row else None)
    formset = StepFormSet(_with_one_more(request), initial=steps, prefix="steps")
    if request.method == "POST" and "more" not in request.POST and form.is_valid() and formset.is_valid():
        try:
            saved = _save(request, row, form, formset)
        except ValidationError as error:
            _put(error, form)
        else:
            messages.success(request, "Saved. It holds for what is proposed from now on.")
            return redirect(saved)
    bad = request.method == "POST" and "more" not in request.POST
    context = {"form": form, "formset": formset, "chain": row}
    return render(request, "stewardship/chain_form.html", context, status=400 if bad else 200)


def _with_one_more(request: PortalRequest) -> Any:
    """What was sent; with one more step, as a new one begins, where that was asked for."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    total = data.get("steps-TOTAL_FORMS", "")
    if "more" in data and total.isdecimal() and int(total) < MOST_STEPS:
        data["steps-TOTAL_FORMS"] = str(int(total) + 1)
        for name, field in StepForm.base_fields.items():
            if field.initial is not None:
                data[f"steps-{int(total)}-{name}"] = str(field.initial)
    return data


def _save(request: PortalRequest, row: Chain | None, form: ChainForm, formset: Any) -> Chain:
    kept = [each for each in formset.forms if not each.cleaned_data.get("DELETE")]
    seen = request.POST.get("version", "")
    return services.save_chain(
        actor=request.user.username,
        chain=row,
        version=int(seen) if seen.isdecimal() else None,
        steps=[each.wish() for each in kept],
        **form.cleaned_data,
    )


def _put(error: ValidationError, form: ChainForm) -> None:
    """What a step lacks stands above the form, and begins with the step's number."""
    for name, texts in error.message_dict.items():
        form.add_error(name if name in form.fields else None, texts)
