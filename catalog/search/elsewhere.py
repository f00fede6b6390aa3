"""Pages of what is found besides assets; the tabs of a search."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accesscontrol.web import PortalRequest, door
from catalog.search.hits import MOST
from catalog.search.kinds import OF_MODELS, TABS, counts, found, shown
from catalog.search.language import BadQuery

PER_PAGE = 25


@door("catalog.view_asset")
@require_GET
def elsewhere(request: PortalRequest) -> HttpResponse:
    """One tab of a search; an unknown one is that of the fields."""
    typed, tab = request.GET.get("q", "").strip(), request.GET.get("in", "")
    tab = tab if tab in TABS else "fields"
    shared: dict[str, Any] = {"typed": typed, "tab": tab, "label": TABS[tab], "tabs": tabs_of(typed)}
    try:
        rows = found(reader=request.user, typed=typed, tab=tab)
    except BadQuery as error:
        return render(request, "catalog/elsewhere.html", {**shared, "error": error}, status=400)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shared |= {"page": page, "lines": shown(list(page))}
    return render(request, "catalog/elsewhere.html", shared)


@door("catalog.view_asset")
@require_GET
def tabs(request: PortalRequest) -> HttpResponse:
    """The tabs with how much each holds, for a page that stands already."""
    typed = request.GET.get("q", "").strip()
    try:
        numbers = counts(reader=request.user, typed=typed)
    except BadQuery:
        numbers = {}
    shown_as = {name: f"{MOST:,}+" if number > MOST else str(number) for name, number in numbers.items()}
    context = {"tabs": tabs_of(typed, shown_as), "tab": request.GET.get("in", "assets")}
    return render(request, "catalog/parts/search_tabs.html", context)


def tabs_of(typed: str, numbers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Name, label, address and number of each; what assets there are, the page of assets says itself."""
    numbers = numbers or {}
    asked = [("q", typed)] if typed else []
    models = [*asked, *(("kind", kind) for kind in OF_MODELS)]
    listed = [
        ("assets", "Assets", address("catalog:search", asked)),
        ("models", "Models", address("catalog:search", models)),
        *(
            (name, label, address("catalog:elsewhere", [*asked, ("in", name)]))
            for name, label in TABS.items()
        ),
    ]
    return [
        {"name": name, "label": label, "url": url, "number": numbers.get(name, "")}
        for name, label, url in listed
    ]


def address(page: str, pairs: list[tuple[str, str]]) -> str:
    query = urlencode(pairs)
    return f"{reverse(page)}?{query}" if query else reverse(page)
