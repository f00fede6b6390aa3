from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accesscontrol.web import PortalRequest, door, fetch
from catalog.domains.forms import DomainForm
from catalog.domains.models import Domain
from catalog.domains.reads import places
from catalog.domains.services import save_domain


@door("catalog.view_domain")
@require_GET
def domains(request: PortalRequest) -> HttpResponse:
    return render(request, "catalog/domains.html", {"places": places(request.user)})


@door("catalog.add_domain")
@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    return _save(request, None)


@door("catalog.change_domain")
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    return _save(request, fetch(request, Domain, code, "change"))


def _save(request: PortalRequest, domain: Domain | None) -> HttpResponse:
    form = DomainForm(request.POST or None, instance=domain)
    status = 400 if request.method == "POST" else 200
    if form.is_valid():
        try:
            return redirect(_saved(request, form, domain))
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "catalog/domain_form.html", {"form": form, "domain": domain}, status=status)


def _saved(request: PortalRequest, form: DomainForm, domain: Domain | None) -> Domain:
    values: dict[str, Any] = form.cleaned_data
    row = save_domain(actor=request.user.username, domain=domain, **values)
    messages.success(request, f"{row.name} is saved.")
    return row
