from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch
from compliance.consent import services
from compliance.consent.forms import ConsentForm
from compliance.consent.models import ConsentRecord

PER_PAGE = 50


@door("compliance.view_consentrecord")
@require_GET
def consents(request: PortalRequest) -> HttpResponse:
    rows = ConsentRecord.objects.visible_to(request.user)
    person = request.GET.get("person", "").strip()
    if person:
        rows = rows.of(person)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "compliance/consents.html", {"page": page, "person": person})


@door("compliance.add_consentrecord")
@require_http_methods(["GET", "POST"])
def new_consent(request: PortalRequest) -> HttpResponse:
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_consent(**form.cleaned_data, actor=request.user.username)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "The answer is on record.")
            return redirect("compliance:consents")
    status = 400 if form.errors else 200
    return render(request, "compliance/consent_new.html", {"form": form}, status=status)


@door("compliance.change_consentrecord")
@require_POST
def revoke(request: PortalRequest, code: UUID) -> HttpResponse:
    consent = fetch(request, ConsentRecord, code, "change")
    services.revoke_consent(consent=consent, actor=request.user.username)
    messages.success(request, "The consent is revoked.")
    return redirect("compliance:consents")
