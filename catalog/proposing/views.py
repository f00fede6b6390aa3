from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accesscontrol.web import PortalRequest, door, fetch
from catalog.assets.models import Asset
from catalog.assets.verbs import CHANGE_ASSET, PROPOSABLE
from catalog.proposing.forms import ProposalForm
from stewardship.approvals.services import propose


@door("stewardship.add_proposal")
@require_http_methods(["GET", "POST"])
def propose_change(request: PortalRequest, code: UUID) -> HttpResponse:
    """Everybody who sees an asset may say what would be better; a steward decides."""
    asset = fetch(request, Asset, code)
    present = {name: getattr(asset, name) for name in PROPOSABLE}
    form = ProposalForm(request.POST or None, initial=present)
    if form.is_valid():
        try:
            propose(
                verb=CHANGE_ASSET,
                subject=asset,
                changes=form.changes(),
                reason=form.cleaned_data["reason"],
                author=request.user,
            )
        except ValidationError as error:
            form.add_error(None, [text for texts in error.message_dict.values() for text in texts])
        else:
            messages.success(request, "Proposed; it waits in the steward's inbox.")
            return redirect(asset)
    status = 400 if form.errors else 200
    return render(request, "catalog/propose.html", {"asset": asset, "form": form}, status=status)
