import json

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accesscontrol.audit import reads
from accesscontrol.audit.forms import EntryFilter
from accesscontrol.audit.models import Entry
from accesscontrol.web import PortalRequest, door, render_part

PER_PAGE = 50


@door("accesscontrol.view_entry")
@require_GET
def log(request: PortalRequest) -> HttpResponse:
    form = EntryFilter(request.GET)
    rows = reads.entries(reader=request.user, **form.criteria())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render_part(request, "accesscontrol/audit.html", "rows", {"form": form, "page": page})


@door("accesscontrol.view_entry")
@require_GET
def entry(request: PortalRequest, number: int) -> HttpResponse:
    row = get_object_or_404(Entry.objects.visible_to(request.user), pk=number)
    body = json.loads(row.body)
    pretty = json.dumps(body, indent=2, ensure_ascii=False, sort_keys=True)
    return render(request, "accesscontrol/audit_entry.html", {"entry": row, "body": body, "pretty": pretty})


@door("accesscontrol.view_entry")
@require_GET
def export(request: PortalRequest) -> StreamingHttpResponse:
    """The filtered log as JSON lines: each line is the record itself, byte for byte."""
    rows = reads.entries(reader=request.user, **EntryFilter(request.GET).criteria())
    lines = (f"{body}\n" for body in rows.order_by("id").values_list("body", flat=True).iterator())
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="audit.ndjson"'
    return response
