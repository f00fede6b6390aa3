from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accesscontrol.web import PortalRequest, door, fetch
from catalog.assets.models import Asset
from catalog.certification.forms import CertificateForm
from catalog.certification.verbs import CERTIFY
from catalog.editing.pages import Editing, edit


@door("catalog.view_asset")
@require_http_methods(["GET", "POST"])
def certify(request: PortalRequest, code: UUID) -> HttpResponse:
    """Who may certify certifies, renews or withdraws; everybody else who sees the asset proposes it."""
    row = fetch(request, Asset, code)
    back = row.get_absolute_url()
    form = lambda data, may: CertificateForm(data, asset=row, may=may)  # noqa: E731 - a form of one asset
    return edit(request, Editing(CERTIFY, row, "Certificate", row.title, back, form))
