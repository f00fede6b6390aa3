from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.refusal import Refused
from accesscontrol.web import PortalRequest, door, fetch, fetch_from
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from catalog.editing.stale import Stale
from catalog.products import reads
from catalog.products.forms import NewProposalForm, PortChoice, PortForm, ProductForm, ProposalForm
from catalog.products.models import TEXT, Product
from catalog.products.services import add_ports, delete_product, remove_ports, save_product
from catalog.products.verbs import ADD_PRODUCT, CHANGE_PORTS, CHANGE_PRODUCT
from stewardship.announcements.reads import above
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import propose as make_proposal

SEE, CHANGE, PROPOSE = "catalog.view_product", "catalog.change_product", "stewardship.add_proposal"
PROPOSED = "Proposed; it waits in the inbox of those who decide."


@door(SEE)
@require_GET
def products(request: PortalRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").replace("\0", "")[:200] for name in ("q", "status", "domain")}
    status = asked["status"] if asked["status"] in Product.Status.values else ""
    page = reads.listing(
        reader=request.user,
        typed=asked["q"],
        status=status,
        domain=asked["domain"],
        number=request.GET.get("page"),
    )
    context = {
        "page": page,
        "asked": asked,
        "statuses": Product.Status.choices,
        "domains": Domain.objects.visible_to(request.user),
    }
    return render(request, "catalog/products.html", context)


@door(SEE)
@require_GET
def product(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch_from(Product.objects.visible_to(request.user).for_list(), code)
    page, acts = reads.history(row, request.GET.get("page"))
    context = {
        "product": row,
        "ports": reads.ports(request.user, row),
        "proposals": Proposal.objects.visible_to(request.user).about(row.code).open(),
        "page": page,
        "acts": acts,
        **above(reader=request.user, kind="product", code=row.code),
    }
    return render(request, "catalog/product.html", context)


@door("catalog.add_product")
@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    return _save(request, None)


@door(CHANGE)
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    return _save(request, fetch(request, Product, code, "change"))


def _save(request: PortalRequest, row: Product | None) -> HttpResponse:
    form = ProductForm(request.POST or None, instance=row)
    status = 400 if request.method == "POST" else 200
    context: dict[str, Any] = {"form": form, "product": row}
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            saved = save_product(
                actor=request.user.username, product=row, changes=form.changes(), version=version
            )
        except Stale as refusal:
            status, context["overtaken"] = 409, _both(form, refusal.current)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{saved.name} is saved.")
            return redirect(saved)
    return render(request, "catalog/product_form.html", context, status=status)


def _both(form: Any, current: Product) -> list[tuple[str, str, str]]:
    """(label, as it is now, as it was written) of what differs, and let the form try again."""
    form.data = form.data.copy()
    form.data["version"] = current.version
    pairs = [(name, getattr(current, name), form.changes()[name]) for name in TEXT]
    return [(str(form.fields[name].label), now, mine) for name, now, mine in pairs if now != mine]


@door("catalog.delete_product")
@require_POST
def remove(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Product, code, "delete")
    delete_product(product=row, actor=request.user.username)
    messages.success(request, f"{row.name} is deleted. Its assets stay.")
    return redirect("products:list")


@door(PROPOSE)
@require_http_methods(["GET", "POST"])
def propose(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Product, code)
    form = ProposalForm(request.POST or None, instance=row)
    if form.is_valid() and _proposed(request, form, CHANGE_PRODUCT, row, form.changes()):
        return redirect(row)
    status = 400 if request.method == "POST" else 200
    return render(request, "catalog/product_propose.html", {"product": row, "form": form}, status=status)


@door(PROPOSE)
@require_http_methods(["GET", "POST"])
def suggest(request: PortalRequest) -> HttpResponse:
    """Who may not add a product asks a domain for one."""
    form = NewProposalForm(request.POST or None)
    if form.is_valid():
        domain = fetch(request, Domain, form.cleaned_data["domain"].code)
        if _proposed(request, form, ADD_PRODUCT, domain, form.changes()):
            return redirect("products:list")
    status = 400 if request.method == "POST" else 200
    return render(request, "catalog/product_propose.html", {"form": form}, status=status)


def _proposed(request: PortalRequest, form: Any, verb: str, subject: Any, changes: dict[str, Any]) -> bool:
    reason = form.cleaned_data["reason"]
    try:
        make_proposal(verb=verb, subject=subject, changes=changes, reason=reason, author=request.user)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    messages.success(request, PROPOSED)
    return True


@door(CHANGE)
@require_http_methods(["GET", "POST"])
def add_port(request: PortalRequest, code: UUID) -> HttpResponse:
    """Put an asset that the reader sees into a product."""
    asset = fetch(request, Asset, code)
    form = PortForm(request.POST or None, is_proposal=False)
    if form.is_valid():
        row = form.cleaned_data["product"]
        direction = form.cleaned_data["direction"]
        add_ports(asset=asset, direction=direction, products=[row], actor=request.user.username)
        messages.success(request, f"{asset.title} is in {row.name}.")
        return redirect(row)
    return _port_page(request, asset, form)


@door(PROPOSE)
@require_http_methods(["GET", "POST"])
def propose_port(request: PortalRequest, code: UUID) -> HttpResponse:
    asset = fetch(request, Asset, code)
    form = PortForm(request.POST or None, is_proposal=True)
    if form.is_valid():
        changes = {f"{form.cleaned_data['direction']} of": [form.cleaned_data["product"].slug]}
        if _proposed(request, form, CHANGE_PORTS, asset, changes):
            return redirect(asset)
    return _port_page(request, asset, form)


def _port_page(request: PortalRequest, asset: Asset, form: Any) -> HttpResponse:
    status = 400 if request.method == "POST" else 200
    return render(request, "catalog/product_port.html", {"asset": asset, "form": form}, status=status)


@door(CHANGE)
@require_POST
def remove_port(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Product, code, "change")
    form = PortChoice(request.POST)
    if not form.is_valid():
        raise Refused("The product has no such port.")
    asset = fetch(request, Asset, form.cleaned_data["asset"])
    direction = form.cleaned_data["direction"]
    remove_ports(asset=asset, direction=direction, products=[row], actor=request.user.username)
    messages.success(request, f"{asset.title} is taken out of {row.name}.")
    return redirect(row)
