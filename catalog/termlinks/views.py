from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch
from catalog.assets.models import Asset
from catalog.glossary.models import TermLink
from catalog.termlinks.forms import LinkForm
from catalog.termlinks.services import link_terms, unlink_terms
from catalog.termlinks.verbs import LINK_TERMS
from stewardship.approvals.services import propose


@door("catalog.change_asset")
@require_http_methods(["GET", "POST"])
def link(request: PortalRequest, code: UUID) -> HttpResponse:
    asset = fetch(request, Asset, code, "change")
    form = LinkForm(request.POST or None, asset=asset, is_proposal=False)
    if form.is_valid():
        said = form.cleaned_data
        field = asset.fields.present().filter(name=said["column"]).first() if said["column"] else None
        link_terms(asset=asset, field=field, terms=[said["term"]], actor=request.user.username)
        messages.success(request, f"{asset.title} is linked to {said['term'].name}.")
        return redirect(asset)
    return _page(request, asset, form)


@door("stewardship.add_proposal")
@require_http_methods(["GET", "POST"])
def propose_link(request: PortalRequest, code: UUID) -> HttpResponse:
    """Everybody who sees an asset may say what it is about; who may change it decides."""
    asset = fetch(request, Asset, code)
    form = LinkForm(request.POST or None, asset=asset, is_proposal=True)
    if form.is_valid():
        said = form.cleaned_data
        name = f"{said['column']}:{said['term'].slug}" if said["column"] else said["term"].slug
        try:
            propose(
                verb=LINK_TERMS,
                subject=asset,
                changes={"link": [name]},
                reason=said["reason"],
                author=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Proposed; it waits in the inbox of those who decide.")
            return redirect(asset)
    return _page(request, asset, form)


def _page(request: PortalRequest, asset: Asset, form: Any) -> HttpResponse:
    status = 400 if request.method == "POST" else 200
    return render(request, "catalog/term_link.html", {"asset": asset, "form": form}, status=status)


@door("catalog.change_asset")
@require_POST
def unlink(request: PortalRequest, code: UUID) -> HttpResponse:
    """Take back the link that the form names, of an asset that the reader may change."""
    asset = fetch(request, Asset, code, "change")
    links = TermLink.objects.visible_to(request.user, "change").filter(asset=asset)
    slug, column = (request.POST.get(name, "").replace("\0", "") for name in ("term", "column"))
    named = links.filter(field__name=column) if column else links.filter(field=None)
    row = named.filter(term__slug=slug).select_related("term", "field").first()
    if row:
        unlink_terms(asset=asset, field=row.field, terms=[row.term], actor=request.user.username)
        messages.success(request, f"{asset.title} is no longer linked to {row.term.name}.")
    return redirect(asset)
