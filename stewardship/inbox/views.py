from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.display.sheet import sheet
from accesscontrol.web import SIGNED_IN, PortalRequest, door
from stewardship.approvals.models import Proposal
from stewardship.delegations.reads import possible_deputies
from stewardship.inbox import services
from stewardship.inbox.forms import DeputyForm, FilterForm
from stewardship.inbox.reads import Item, find_item, named, waits

TABS = {"waiting": "Waiting for me", "mine": "Proposed by me", "decided": "Decided"}
ALL_OPEN = {"open": "All open"}  # for who sees every proposal
PER_PAGE = 25
HEADING = ("item", "kind", "about", "asked", "by", "author", "reason", "since", "due", "mine", "note", "page")


@door(SIGNED_IN)
@require_GET
def inbox(request: PortalRequest) -> HttpResponse:
    tabs, tab = _tabs(request), request.GET.get("tab", "waiting")
    if tab not in tabs or tab == "waiting":
        return _show(request, {})
    page = Paginator(_rows(request, tab), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "stewardship/inbox_proposals.html", {"page": page, "tab": tab, "tabs": tabs})


def _tabs(request: PortalRequest) -> dict[str, str]:
    return TABS | (ALL_OPEN if request.user.has_perm("stewardship.view_proposal") else {})


def _show(request: PortalRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """What waits for the reader."""
    form = FilterForm(request.GET)
    asked = form.asked()
    found = waits(reader=request.user, asked=asked)
    page = Paginator(found.found, PER_PAGE).get_page(request.GET.get("page"))
    more: dict[str, Any] = {
        "tab": "waiting",
        "tabs": _tabs(request),
        "form": form,
        "asked": asked,
        "waits": found,
        "page": page,
        "chosen": request.GET.get("choose") == "all",
        "fitting": sum(number for _, _, number in found.kinds),
    }
    return render(request, "stewardship/inbox.html", {**more, **context}, status=status)


def _rows(request: PortalRequest, tab: str) -> Any:
    rows = Proposal.objects.visible_to(request.user).for_list()
    if tab == "mine":
        return rows.filter(author=request.user)
    if tab == "open":
        return rows.open().prefetch_related("steps")
    return rows.exclude(state=Proposal.State.OPEN)


@door(SIGNED_IN)
@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """What waits for the reader, as the filters narrow it, as CSV."""
    found = waits(reader=request.user, asked=FilterForm(request.GET).asked()).found
    told = sheet(HEADING, map(_row, found))
    response = HttpResponse(told, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="inbox-{timezone.now():%Y-%m-%d}.csv"'
    return response


def _row(item: Item) -> list[object]:
    line = item.line
    due = line.due.isoformat(timespec="seconds") if line.due else ""
    since, mine = line.at.isoformat(timespec="seconds"), "yes" if line.mine else "no"
    said = (line.about, line.asked, line.by, line.author, line.reason, since, due, mine, line.note, line.url)
    return [item.key, item.kind, *said]


@door(SIGNED_IN)
@require_GET
def line(request: PortalRequest) -> HttpResponse:
    """The part of the page that shows one thing of which its room has no such part."""
    item = find_item(reader=request.user, key=request.GET.get("item", ""))
    if item is None:
        raise Http404("This does not wait for you.")
    return render(request, "stewardship/inbox_line.html", {"item": item})


@door(SIGNED_IN)
@require_POST
def approve(request: PortalRequest) -> HttpResponse:
    return _decide(request, services.APPROVE)


@door(SIGNED_IN)
@require_POST
def reject(request: PortalRequest) -> HttpResponse:
    return _decide(request, services.REJECT)


def _decide(request: PortalRequest, decision: str) -> HttpResponse:
    keys, reason = request.POST.getlist("item"), request.POST.get("reason", "")
    try:
        outcomes = services.decide_many(actor=request.user, decision=decision, keys=keys, reason=reason)
    except ValidationError as error:
        said = error.message_dict
        missing = " ".join(said.pop("reason", []))
        faults = [text for texts in said.values() for text in texts]
        again = {"faults": faults, "missing": missing, "kept": keys, "reason": reason}
        return _show(request, again, status=400)
    return _report(request, decision, outcomes)


@door(SIGNED_IN)
@require_POST
def hand_over(request: PortalRequest) -> HttpResponse:
    """Asks to whom, and does it once that is said."""
    keys = request.POST.getlist("item")
    said = request.POST if "deputy" in request.POST else None
    form = DeputyForm(said, people=possible_deputies(request.user))
    if not keys:
        return _show(request, {"faults": ["Choose at least one thing."]}, status=400)
    if form.is_valid():
        try:
            outcomes = services.hand_over_many(actor=request.user, keys=keys, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return _report(request, services.HAND_OVER, outcomes)
    items = list(named(keys, reader=request.user).values())
    context = {"form": form, "items": items, "keys": keys}
    return render(request, "stewardship/inbox_hand_over.html", context, status=400 if form.errors else 200)


def _report(request: PortalRequest, decision: str, outcomes: list[services.Outcome]) -> HttpResponse:
    done = sum(each.done for each in outcomes)
    context = {"decision": decision, "outcomes": outcomes, "done": done, "refused": len(outcomes) - done}
    return render(request, "stewardship/inbox_report.html", context)
