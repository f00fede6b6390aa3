from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accesscontrol.web import PortalRequest, door, fetch
from catalog.assets.models import Asset
from catalog.usage import reads


@door("catalog.view_asset")
@require_GET
def panel(request: PortalRequest, code: UUID) -> HttpResponse:
    """The asset page's tab: which queries name the asset, who runs them, and what they join it with."""
    asset = fetch(request, Asset, code)
    usage = reads.usage_of(request.user, asset)
    context = {"asset": asset, "usage": usage, "runs": [each.calls for each in usage.days]}
    return render(request, "catalog/usage.html", context)
