from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.grants.reads import with_names
from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch, fetch_from
from stewardship.recertification import services
from stewardship.recertification.forms import CampaignForm, DropForm, KeepForm, end_of
from stewardship.recertification.models import Campaign, Item

PER_PAGE = 25


@door(SIGNED_IN)
@require_GET
def campaigns(request: PortalRequest) -> HttpResponse:
    rows = Campaign.objects.visible_to(request.user).for_list()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "stewardship/campaigns.html", {"page": page})


@door("stewardship.add_campaign")
@require_http_methods(["GET", "POST"])
def start(request: PortalRequest) -> HttpResponse:
    form = CampaignForm(request.POST or None)
    if form.is_valid():
        try:
            row = services.start_campaign(actor=request.user, **form.arguments())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Started; each owner and steward finds their part in the inbox.")
            return redirect(row)
    status = 400 if form.errors else 200
    return render(request, "stewardship/campaign_form.html", {"form": form}, status=status)


@door(SIGNED_IN)
@require_GET
def campaign(request: PortalRequest, code: UUID) -> HttpResponse:
    return _show(request, code, {})


def _show(request: PortalRequest, code: UUID, faults: dict[int, Any]) -> HttpResponse:
    """The campaign; `faults` are forms that were not accepted, by item."""
    row = fetch_from(Campaign.objects.visible_to(request.user).for_list(), code)
    items = Item.objects.visible_to(request.user).filter(campaign__code=code).for_list()
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    mine = Item.objects.visible_to(request.user, "change").open().filter(campaign__code=code)
    theirs = set(mine.values_list("pk", flat=True))
    with_names([item.grant for item in page.object_list], request.user)
    for item in page.object_list:
        item.fault, item.mine = faults.get(item.pk), item.pk in theirs
    context = {"campaign": row, "page": page, "mine": len(theirs)}
    return render(request, "stewardship/campaign.html", context, status=400 if faults else 200)


@door(SIGNED_IN)
@require_POST
def keep(request: PortalRequest, code: UUID) -> HttpResponse:
    item = fetch(request, Item, code, "change")
    form = KeepForm(request.POST)
    if not form.is_valid():
        return _show(request, item.campaign.code, {item.pk: form})
    until = form.cleaned_data["until"]
    services.keep_grant(item=item, actor=request.user, until=end_of(until) if until else None)
    messages.success(request, "Kept.")
    return redirect(item.campaign)


@door(SIGNED_IN)
@require_POST
def drop(request: PortalRequest, code: UUID) -> HttpResponse:
    item = fetch(request, Item, code, "change")
    form = DropForm(request.POST)
    if not form.is_valid():
        return _show(request, item.campaign.code, {item.pk: form})
    services.drop_grant(item=item, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, "Revoked.")
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), pk=item.campaign_id)
    return redirect(campaign)
