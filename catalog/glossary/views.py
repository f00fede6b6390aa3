from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.refusal import Refused
from accesscontrol.web import PortalRequest, door, fetch, fetch_from, render_part
from catalog.domains.models import Domain
from catalog.editing.stale import Stale
from catalog.glossary import reads
from catalog.glossary.forms import RelationForm, TermForm
from catalog.glossary.models import Term
from catalog.glossary.relating import relate_terms, unrelate_terms
from catalog.glossary.services import TEXT, delete_term, save_term
from stewardship.announcements.reads import above
from stewardship.approvals.models import Proposal

SEE = "catalog.view_term"
SHOWN = 5
TABS = {
    "": "Overview",
    "below": "Terms below",
    "relations": "Relations",
    "assets": "Assets",
    "history": "History",
}


def wish_of(request: PortalRequest) -> reads.Wish:
    asked = request.GET
    return reads.Wish(
        typed=asked.get("q", "").strip()[:200],
        status=asked.get("status", "") if asked.get("status", "") in Term.Status.values else "",
        domain=asked.get("domain", "").replace("\0", ""),
        every=asked.get("all") == "1",
        opened=frozenset(filter(None, asked.get("open", "").split(","))),
    )


@door(SEE)
@require_GET
def terms(request: PortalRequest) -> HttpResponse:
    """The tree as far as it is open; with a filter, all that fits."""
    wish = wish_of(request)
    page, lines = reads.listing(reader=request.user, wish=wish, number=request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines,
        "wish": wish,
        "statuses": Term.Status.choices,
        "domains": Domain.objects.visible_to(request.user),
    }
    return render_part(request, "catalog/glossary.html", "terms", context)


def head(request: PortalRequest, code: UUID, tab: str) -> dict[str, Any]:
    """What every page of a term shows above its content."""
    term = fetch_from(
        Term.objects.visible_to(request.user).for_list().select_related("domain__answering"), code
    )
    address = term.get_absolute_url()
    tabs = [{"label": name, "url": f"{address}{slug}/" if slug else address} for slug, name in TABS.items()]
    for each, slug in zip(tabs, TABS, strict=True):
        each["current"] = "page" if slug == tab else ""
    return {
        "term": term,
        "tabs": tabs,
        "path": reads.path(request.user, term),
        "may_change": Term.objects.visible_to(request.user, "change").filter(pk=term.pk).exists(),
        **above(reader=request.user, kind="term", code=term.code),
    }


@door(SEE)
@require_GET
def term(request: PortalRequest, code: UUID) -> HttpResponse:
    context = head(request, code, "")
    row: Term = context["term"]
    in_review = row.status == Term.Status.IN_REVIEW
    more = {
        "may_decide": Term.objects.visible_to(request.user)
        .decidable_by(request.user)
        .filter(pk=row.pk)
        .exists(),
        "may_take_back": in_review and (context["may_change"] or request.user.pk in row.authors),
        "deciders": reads.deciders(row) if in_review else [],
        "proposals": Proposal.objects.visible_to(request.user).about(row.code).open(),
        "relations": reads.relations(request.user, row),
        "below": reads.below(request.user, row),
        "linked": reads.linked(row, reads.assets(request.user, row)[:SHOWN]),
    }
    return render(request, "catalog/term.html", {**context, **more})


@door(SEE)
@require_GET
def below(request: PortalRequest, code: UUID) -> HttpResponse:
    context = head(request, code, "below")
    context["rows"] = reads.below(request.user, context["term"])
    return render(request, "catalog/term_below.html", context)


@door(SEE)
@require_http_methods(["GET", "POST"])
def relations(request: PortalRequest, code: UUID) -> HttpResponse:
    """How the term relates to others; who may change it adds to them."""
    context = head(request, code, "relations")
    term: Term = context["term"]
    if request.method == "POST" and not context["may_change"]:
        raise PermissionDenied("You may see this, but not change it.")
    form = RelationForm(request.POST or None, term=term) if context["may_change"] else None
    if form and form.is_valid():
        relate_terms(term=term, actor=request.user, **form.cleaned_data)
        messages.success(request, f"{term.name} and {form.cleaned_data['other'].name} are related.")
        return redirect("glossary:relations", code)
    context |= {"form": form, "relations": reads.relations(request.user, term)}
    status = 400 if request.method == "POST" else 200
    return render(request, "catalog/term_relations.html", context, status=status)


@door(SEE)
@require_POST
def unrelate(request: PortalRequest, code: UUID) -> HttpResponse:
    term = fetch(request, Term, code, "change")
    other = Term.objects.visible_to(request.user).filter(slug=request.POST.get("other", "").replace("\0", ""))
    found = other.first()
    if found is None:
        raise Refused("These two are not related like that.")
    unrelate_terms(term=term, kind=request.POST.get("kind", ""), other=found, actor=request.user)
    messages.success(request, "They are not related any more.")
    return redirect("glossary:relations", code)


@door(SEE)
@require_GET
def assets(request: PortalRequest, code: UUID) -> HttpResponse:
    context = head(request, code, "assets")
    rows = reads.assets(request.user, context["term"])
    context["page"] = page = Paginator(rows, reads.PER_PAGE).get_page(request.GET.get("page"))
    context["linked"] = reads.linked(context["term"], page)
    return render(request, "catalog/term_assets.html", context)


@door(SEE)
@require_GET
def history(request: PortalRequest, code: UUID) -> HttpResponse:
    context = head(request, code, "history")
    entries = reads.history(context["term"])
    context["page"] = page = Paginator(entries, reads.PER_PAGE).get_page(request.GET.get("page"))
    context["acts"] = reads.acts(page)
    return render(request, "catalog/term_history.html", context)


@door("catalog.add_term")
@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    names_people = request.user.has_perm("catalog.change_term")
    initial = {"parent": request.GET.get("parent", "")}
    form = TermForm(request.POST or None, initial=initial, names_people=names_people)
    if form.is_valid():
        try:
            row = save_term(actor=request.user, changes=form.changes())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{row.name} is saved as a draft.")
            return redirect(row)
    status = 400 if request.method == "POST" else 200
    return render(request, "catalog/term_form.html", {"form": form}, status=status)


@door(SEE)
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    """For who may change terms, and for who wrote this draft."""
    row = fetch(request, Term, code, "change")
    form = TermForm(
        request.POST or None, instance=row, names_people=request.user.has_perm("catalog.change_term")
    )
    context: dict[str, Any] = {"form": form, "term": row}
    status = 400 if request.method == "POST" else 200
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            saved = save_term(term=row, actor=request.user, changes=form.changes(), version=version)
        except Stale as refusal:
            status, context["overtaken"] = 409, _both(form, refusal.current)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect(saved)
    return render(request, "catalog/term_form.html", context, status=status)


def _both(form: Any, current: Term) -> list[tuple[str, str, str]]:
    """(label, as it is now, as it was written) of the text that differs, and let the form try again."""
    form.data = form.data.copy()
    form.data["version"] = current.version
    pairs = [(name, _text(getattr(current, name)), _text(form.changes()[name])) for name in TEXT]
    return [
        (form.fields[name].label or name.capitalize(), now, mine) for name, now, mine in pairs if now != mine
    ]


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)


@door("catalog.delete_term")
@require_POST
def remove(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Term, code, "delete")
    delete_term(term=row, actor=request.user)
    messages.success(request, f"{row.name} is deleted.")
    return redirect("glossary:list")
