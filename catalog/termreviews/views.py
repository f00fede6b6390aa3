from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch
from catalog.glossary.forms import TermForm
from catalog.glossary.models import Term
from catalog.glossary.services import TEXT
from catalog.termreviews import services
from catalog.termreviews.forms import DeprecationForm, ProposalForm, RejectionForm
from catalog.termreviews.verbs import CHANGE_TERM
from stewardship.approvals.services import propose as make_proposal

SEE = "catalog.view_term"


@door("stewardship.add_proposal")
@require_http_methods(["GET", "POST"])
def suggest(request: PortalRequest) -> HttpResponse:
    """Who may not add a term suggests one: it stands in review, and others decide."""
    form = TermForm(
        request.POST or None, initial={"parent": request.GET.get("parent", "")}, names_people=False
    )
    if form.is_valid():
        try:
            row = services.suggest_term(actor=request.user, changes=form.changes())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{row.name} is suggested; others decide about it.")
            return redirect(row)
    status = 400 if request.method == "POST" else 200
    return render(request, "catalog/term_form.html", {"form": form, "is_suggestion": True}, status=status)


@door("stewardship.add_proposal")
@require_http_methods(["GET", "POST"])
def propose(request: PortalRequest, code: UUID) -> HttpResponse:
    """Everybody who sees a term may say what would be better."""
    row = fetch(request, Term, code)
    form = ProposalForm(request.POST or None, initial={name: getattr(row, name) for name in TEXT})
    if form.is_valid():
        try:
            make_proposal(
                verb=CHANGE_TERM,
                subject=row,
                changes=form.changes(),
                reason=form.cleaned_data["reason"],
                author=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Proposed; it waits in the inbox of those who decide.")
            return redirect(row)
    return _page(request, "catalog/term_propose.html", row, form)


@door(SEE)
@require_POST
def submit(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Term, code, "change")
    try:
        services.submit_term(term=row, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{row.name} is in review.")
    return redirect(row)


@door(SEE)
@require_POST
def approve(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Term, code)
    services.approve_term(term=row, actor=request.user, version=_version(request))
    messages.success(request, f"{row.name} is approved.")
    return redirect(row)


@door(SEE)
@require_http_methods(["GET", "POST"])
def reject(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Term, code)
    form = RejectionForm(request.POST or None, initial={"version": row.version})
    if form.is_valid():
        services.reject_term(term=row, actor=request.user, **form.cleaned_data)
        messages.success(request, f"{row.name} goes back to its author.")
        return redirect(row)
    return _page(request, "catalog/term_reject.html", row, form)


@door(SEE)
@require_POST
def reopen(request: PortalRequest, code: UUID) -> HttpResponse:
    """For who may change terms; its authors take it back out of review, too."""
    row = fetch(request, Term, code)
    is_own = row.status == Term.Status.IN_REVIEW and request.user.pk in row.authors
    if not (is_own or request.user.has_perm("catalog.change_term")):
        raise PermissionDenied("You may see this, but not change it.")
    services.reopen_term(term=row, actor=request.user)
    messages.success(request, f"{row.name} is a draft again.")
    return redirect(row)


@door("catalog.change_term")
@require_http_methods(["GET", "POST"])
def deprecate(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Term, code, "change")
    form = DeprecationForm(request.POST or None, term=row)
    if form.is_valid():
        try:
            services.deprecate_term(term=row, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"{row.name} is deprecated.")
            return redirect(row)
    return _page(request, "catalog/term_deprecate.html", row, form)


def _page(request: PortalRequest, template: str, term: Term, form: Any) -> HttpResponse:
    status = 400 if request.method == "POST" else 200
    return render(request, template, {"term": term, "form": form}, status=status)


def _version(request: PortalRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None
