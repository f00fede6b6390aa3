from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch, render_part
from catalog.connectors.errors import ConnectorError
from catalog.connectors.registry import KINDS
from catalog.editing.stale import Stale
from catalog.sources import reads, services
from catalog.sources.document import (
    TOO_LONG,
    WrongDocument,
    entries,
    literal,
    load,
    without_passwords,
    write,
)
from catalog.sources.forms import ImportForm, KindForm, ListFilter, SourceForm
from catalog.sources.importing import Imported, import_sources, written
from catalog.sources.models import Source
from stewardship.jobs.models import Job

PER_PAGE = 50
STOP_POLLING = 286  # htmx's own status: swap, and do not ask again
SHOWN = 5


@door("catalog.view_source")
@require_GET
def sources(request: PortalRequest) -> HttpResponse:
    rows = Source.objects.visible_to(request.user).for_list(request.user)
    form = ListFilter(request.GET)
    form.is_valid()  # a word that is none of the choices filters nothing
    wanted = {name: value for name, value in form.cleaned_data.items() if value}
    page = Paginator(rows.filter(**wanted), PER_PAGE).get_page(request.GET.get("page"))
    latest = reads.latest_harvests(request.user, page)
    listed = [(row, reads.kind_label(row), latest.get(row.pk), row.next_harvests()) for row in page]
    may_add = request.user.has_perm("catalog.add_source")
    context = {"page": page, "listed": listed, "form": form, "wanted": wanted, "may_add": may_add}
    return render(request, "catalog/sources.html", context)


@door("catalog.add_source")
@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """Without ?kind= the kinds to choose from."""
    if "kind" not in request.GET:
        status = 400 if request.method == "POST" else 200
        return render(request, "catalog/source_kinds.html", {"kinds": reads.kinds()}, status=status)
    chosen = KindForm(request.GET)
    if not chosen.is_valid():
        context = {"kinds": reads.kinds(), "form": chosen}
        return render(request, "catalog/source_kinds.html", context, status=400)
    form = SourceForm(request.POST or None, kind=chosen.cleaned_data["kind"])
    return _saved(request, form) or _form(request, {"form": form, "kind": KINDS[form.kind][0]})


@csrf_exempt  # what is too large to be read is refused first, and with it the form's token
@door("catalog.add_source")
@require_http_methods(["GET", "POST"])
def import_document(request: PortalRequest) -> HttpResponse:
    if int(request.META.get("CONTENT_LENGTH") or 0) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return _import(request)
    form = ImportForm({"document": " "})
    form.add_error("document", TOO_LONG)
    return render(request, "catalog/source_import.html", {"form": form}, status=413)


@csrf_protect
def _import(request: PortalRequest) -> HttpResponse:
    form = ImportForm(request.POST or None)
    if form.is_valid():
        try:
            done = import_sources(
                entries=entries(literal(load(form.cleaned_data["document"]))),
                actor=request.user.username,
                may_change=request.user.has_perm("catalog.change_source"),
            )
        except WrongDocument as error:
            for problem in error.problems:
                form.add_error("document", str(problem))
        else:
            messages.success(request, summary(done))
            return redirect("sources:list")
    status = 400 if request.method == "POST" else 200
    form.data = {"document": without_passwords(form.data.get("document", ""))}
    return render(request, "catalog/source_import.html", {"form": form}, status=status)


def summary(done: list[Imported]) -> str:
    """What an import came to, in one line."""
    by_outcome = {each.outcome: [one.name for one in done if one.outcome == each.outcome] for each in done}
    return " ".join(f"{outcome.capitalize()}: {', '.join(names)}." for outcome, names in by_outcome.items())


@door("catalog.view_source")
@require_GET
def export(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Source, code)
    headers = {"Content-Disposition": f'attachment; filename="{slugify(row.name) or "source"}.yaml"'}
    return HttpResponse(write(written(row)), content_type="application/yaml; charset=utf-8", headers=headers)


@door("catalog.delete_source")
@require_POST
def remove(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Source, code, "delete")
    services.remove_source(source=row, actor=request.user.username)
    messages.success(request, f"{row.name} is removed. Its assets stay.")
    return redirect("sources:list")


@door("catalog.change_source")
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    source = fetch(request, Source, code, "change")
    form = SourceForm(request.POST or None, kind=source.kind, source=source)
    context = {"source": source, "form": form, "alias": reads.alias_setting(source)}
    context["holds"] = source.assets.visible_to(request.user).present().exists()
    try:
        return _saved(request, form) or _form(request, context)
    except Stale as refusal:
        return _form(request, {**context, "overtaken": form.beside(refusal.current)}, 409)


def _saved(request: PortalRequest, form: SourceForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        source = services.save_source(actor=request.user.username, **form.arguments())
    except ValidationError as error:
        for name, texts in error.message_dict.items():  # also of what is worked out, as the namespace
            form.add_error(name if name in form.fields else None, texts)
        return None
    messages.success(request, f"{source.name} is saved.")
    if form.source and form.source.namespace != source.namespace:
        messages.warning(request, services.MOVED.format(form.source.namespace))
    return redirect(source)


def _form(request: PortalRequest, context: dict[str, Any], status: int = 400) -> HttpResponse:
    answer = 200 if request.method == "GET" else status
    return render(request, "catalog/source_form.html", context, status=answer)


@door("catalog.view_source")
@require_GET
def source(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Source, code)
    context = _context(request, row)
    response = render_part(request, "catalog/source.html", "state", context)
    if request.htmx and not context["busy"]:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"  # the number of assets and the settings' error change too
    return response


def _context(request: PortalRequest, row: Source) -> dict[str, Any]:
    jobs = list(Job.objects.visible_to(request.user).about(row.subject).unfinished()[:SHOWN])
    harvests = list(row.harvests.visible_to(request.user).for_list()[:SHOWN])
    return {
        "source": row,
        "kind": reads.kind_label(row),
        "settings": reads.settings_of(row),
        "assets": row.assets.visible_to(request.user).present().count(),
        "jobs": jobs,
        "busy": bool(jobs),
        "harvests": harvests,
        "stopped": bool(harvests) and harvests[0].was_stopped,
        "next": row.next_harvests(3),
        "feeds": list(row.ddl_feeds.all()),
        "may_change": request.user.has_perm("catalog.change_source"),
        "may_remove": request.user.has_perm("catalog.delete_source"),
    }


@door("catalog.change_source")
@require_POST
def test(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Source, code, "change")
    answer: dict[str, Any] = {}
    try:
        answer["server"] = services.test_source(source=row, actor=request.user.username)
    except ConnectorError as error:
        answer["failure"] = error
    return render_part(request, "catalog/source.html", "answer", {**_context(request, row), **answer})


@door("catalog.change_source")
@require_POST
def harvest(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Source, code, "change")
    services.submit_harvest(
        source=row,
        actor=request.user.username,
        thorough=bool(request.POST.get("thorough")),
        accept_removals=bool(request.POST.get("accept_removals")),
    )
    messages.success(request, "The harvest is queued.")
    return redirect(row)
