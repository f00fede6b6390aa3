from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accesscontrol.display.sheet import sheet
from accesscontrol.refusal import Refused
from accesscontrol.web import PortalRequest, door
from catalog.assets.models import Asset
from catalog.search import reads, services
from catalog.search.builder import MATCHES, OPERATORS, Row, built, fields
from catalog.search.criteria import SORTS, Criteria
from catalog.search.elsewhere import tabs_of
from catalog.search.facets import NONE, Choice, Facet
from catalog.search.grouping import groups
from catalog.search.language import BadQuery
from catalog.search.snippets import START, pieces

MOST_EXPORTED, MOST_ROWS = 50_000, 30
BUILDER = {
    "fields": fields(),
    "operators": list(OPERATORS.items()),
    "matches": list(MATCHES.items()),
    "rows": range(1, 4),
}
SAID = {"domain", "source", "owner", "team", "tag"}  # facets whose values are names
HEADING = (
    "code",
    "kind",
    "namespace",
    "name",
    "description",
    "domain",
    "source",
    "owner",
    "status",
    "sensitivity",
    "personal data",
    "changed",
    "removed",
)


@dataclass(frozen=True)
class Line:
    """One line of a facet, with the address that switches it."""

    choice: Choice
    label: str
    url: str


def criteria_of(request: HttpRequest) -> Criteria:
    return Criteria.read(dict(request.GET.lists()))


@door("catalog.view_asset")
@require_GET
def search(request: PortalRequest) -> HttpResponse:
    criteria = criteria_of(request)
    try:
        found = reads.search(reader=request.user, criteria=criteria, number=request.GET.get("page", 1))
    except BadQuery as error:
        return render(request, "catalog/search.html", not_understood(criteria, error), status=400)
    explained = request.GET.get("explain") == "1"
    reasons = {key: by_points(each) for key, each in found.why.items()} if explained else {}
    facets = [(facet, lines(facet, criteria)) for facet in found.facets]
    context = {
        "criteria": criteria,
        "page": found.page,
        "tabs": tabs_of(criteria.typed),
        "builder": BUILDER,
        "total": found.total,
        "more": found.more,
        "hits": [(asset, told(asset) | {"why": reasons.get(asset.pk, ())}) for asset in found.page],
        "explained": explained,
        "explain_query": urlencode([*criteria.pairs(), *([] if explained else [("explain", "1")])]),
        "meant": [(name, address([("q", name)])) for name in found.meant],
        "known_of": found.known_of,
        "facets": facets,
        "chips": [(facet, line) for facet, some in facets for line in some if line.choice.selected],
        "sorts": SORTS.items(),
        "query": criteria.query,
    }
    return render(request, "catalog/search.html", context)


def by_points(reasons: dict[str, float]) -> list[tuple[str, float]]:
    """The sum first, then what weighs most."""
    named = sorted(reasons.items(), key=lambda each: -abs(each[1]))
    return [("sum", round(sum(reasons.values()), 3)), *named]


def not_understood(criteria: Criteria, error: BadQuery) -> dict[str, Any]:
    """A page with the query as it was typed, and what is wrong with it."""
    known = {"criteria": criteria, "error": error, "sorts": SORTS.items(), "query": criteria.query}
    return {**known, "total": 0, "tabs": tabs_of(""), "builder": BUILDER}


@door("catalog.view_asset")
@require_GET
def build(request: PortalRequest) -> HttpResponse:
    """What the rows of the builder mean, as a search; what is wrong with it is said there."""
    given = [request.GET.getlist(name)[:MOST_ROWS] for name in ("field", "operator", "value")]
    rows = [Row(*row) for row in zip(*given, strict=False)]
    typed = built(request.GET.get("q", ""), rows, request.GET.get("match", ""))
    return redirect(address([("q", typed)] if typed else []))


def lines(facet: Facet, criteria: Criteria) -> list[Line]:
    return [
        Line(choice, label_of(facet, choice), address(criteria.toggled(facet.name, choice.value)))
        for choice in facet.choices
    ]


def label_of(facet: Facet, choice: Choice) -> str:
    if choice.value == NONE:
        return f"No {facet.label.lower()}"
    return choice.label if facet.name in SAID else words(choice.label)


def words(value: str) -> str:
    return value.replace("_", " ").capitalize()


def address(pairs: list[tuple[str, str]]) -> str:
    return f"{reverse('catalog:search')}?{urlencode(pairs)}"


def told(asset: Any) -> dict[str, Any]:
    """What the list says under a hit: what was found where, else how its description begins."""
    in_words, in_columns = getattr(asset, "in_words", ""), getattr(asset, "in_columns", "")
    return {
        "words": pieces(in_words) if START in in_words else [(asset.said[:200], False)],
        "columns": pieces(in_columns) if START in in_columns else [],
    }


@door("catalog.view_asset")
@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """The whole result as CSV; an export is a fact of its own."""
    criteria = criteria_of(request)
    try:
        rows = list(reads.everything(reader=request.user, criteria=criteria)[: MOST_EXPORTED + 1])
    except BadQuery as error:
        raise Refused(str(error)) from error
    if len(rows) > MOST_EXPORTED:
        raise Refused(f"This finds more than {MOST_EXPORTED:,} assets. Narrow the search, then export.")
    services.note_export(query=criteria.query, rows=len(rows), actor=request.user.username)
    response = HttpResponse(sheet(HEADING, map(row_of, rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="assets-{timezone.now():%Y-%m-%d}.csv"'
    return response


def row_of(asset: Asset) -> list[object]:
    return [
        asset.code,
        asset.kind,
        asset.namespace,
        asset.name,
        asset.said,
        asset.domain.slug if asset.domain else None,
        asset.source.name if asset.source else None,
        asset.owner.username if asset.owner else None,
        asset.status,
        asset.get_sensitivity_display(),
        "yes" if asset.has_personal_data else "no",
        asset.updated_at.isoformat(timespec="seconds"),
        asset.removed_at.isoformat(timespec="seconds") if asset.removed_at else None,
    ]


@door("catalog.view_asset")
@require_GET
def suggest(request: PortalRequest) -> HttpResponse:
    typed = request.GET.get("q", "")
    found = reads.suggest(reader=request.user, typed=typed)
    return render(request, "parts/suggestions.html", {"groups": groups(found), "query": typed})
