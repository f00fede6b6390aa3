from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch
from stewardship.delegations import services
from stewardship.delegations.forms import AbsenceForm
from stewardship.delegations.models import Delegation
from stewardship.delegations.reads import possible_deputies, with_items

FIELDS = {"starts_at": "first", "ends_at": "last", "deputy": "deputy"}
SHOWN = 50


@door(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def deputies(request: PortalRequest) -> HttpResponse:
    """Who stands in for the reader, for whom the reader stands in, and a form to name somebody."""
    form = AbsenceForm(request.POST or None, people=possible_deputies(request.user))
    if form.is_valid():
        try:
            row = services.name_deputy(actor=request.user, **form.arguments())
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                form.add_error(FIELDS[name], texts)
        else:
            messages.success(request, f"{row.deputy.label} stands in for you.")
            return redirect("delegations:deputies")
    rows = Delegation.objects.visible_to(request.user).for_list()
    found = with_items([*rows.open(), *rows.ended()[:SHOWN]], request.user)
    going_on = [row for row in found if row.state != "ended"]
    context = {
        "form": form,
        "mine": [row for row in going_on if row.person_id == request.user.pk],
        "theirs": [row for row in going_on if row.deputy_id == request.user.pk],
        "ended": [row for row in found if row.state == "ended"],
    }
    return render(request, "stewardship/deputies.html", context, status=400 if form.errors else 200)


@door(SIGNED_IN)
@require_POST
def end(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Delegation, code, "change")
    services.end_delegation(delegation=row, actor=request.user)
    messages.success(request, "Ended.")
    return redirect("delegations:deputies")
