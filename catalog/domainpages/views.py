from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accesscontrol.web import PortalRequest, door, fetch
from catalog.domainpages.reads import overview
from catalog.domains.models import Domain
from stewardship.announcements.reads import above


@door("catalog.view_domain")
@require_GET
def domain(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Domain, code)
    found = overview(reader=request.user, domain=row)
    depth = found.place.depth + 1
    below = [(each, each.depth - depth) for each in found.below]
    context = {"domain": found.place.domain, "found": found, "below": below}
    context |= above(reader=request.user, kind="domain", code=row.code)
    return render(request, "catalog/domain.html", context)
