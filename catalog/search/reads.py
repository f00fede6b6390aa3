from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchHeadline, SearchRank, TrigramWordSimilarity
from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf

from accesscontrol.identity.models import Clearance, User
from catalog.assets.models import Asset, AssetQuerySet
from catalog.assets.reads import discoverable
from catalog.assets.text import CONFIG, text_query
from catalog.search.criteria import Criteria
from catalog.search.facets import NONE, REMOVED, Combination, Facet, Selected, count, facets
from catalog.search.snippets import START, STOP

PER_PAGE = 25
SUGGESTED = 8
KNOWN = 10
MEANT, CANDIDATES, NEAR, ALIKE, LONGEST_NAME = 3, 50, 0.35, 0.6, 100
LEVELS = {label.lower(): value for value, label in Clearance.choices}
COLUMNS = {
    "kind": "kind",
    "domain": "domain__slug",
    "source": "source__code",
    "owner": "owner__username",
    "status": "state",
    "sensitivity": "sensitivity",
    "personal": "has_personal_data",
}
LABELS = {"domain": "domain__name", "source": "source__name"}


@dataclass(frozen=True)
class Results:
    """`total` hits, one page of them, the facets; `meant` when nothing was found."""

    total: int
    page: Page[Asset]
    facets: list[Facet]
    meant: list[str]
    known_of: list[Asset]  # what the reader may only ask for, by words of its name


class CountedPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """The number of rows is known already."""

    def __init__(self, rows: QuerySet[Asset], per_page: int, total: int) -> None:
        super().__init__(rows, per_page)
        self.total = total

    @property
    def count(self) -> int:
        return self.total


def search(*, reader: User, criteria: Criteria, number: str | int = 1, size: int = PER_PAGE) -> Results:
    """Return one page of what `reader` may see of it: three queries, a fourth when nothing is found."""
    rows = Asset.objects.visible_to(reader).matching(criteria.typed)
    counts = count(_combinations(rows), criteria.selected)
    listed = _told(_sorted(_chosen(rows, criteria.selected), criteria), criteria.typed)
    page = CountedPaginator(listed.for_list(), size, counts.total).get_page(number)
    meant = [] if counts.total or not criteria.typed else _meant(reader, criteria.typed)
    known_of = list(discoverable(reader=reader, typed=criteria.typed)[:KNOWN]) if criteria.typed else []
    return Results(counts.total, page, facets(counts, criteria.selected), meant, known_of)


def everything(*, reader: User, criteria: Criteria) -> AssetQuerySet:
    """Return all of what the search finds, in its order: for an export."""
    rows = Asset.objects.visible_to(reader).matching(criteria.typed)
    return _sorted(_chosen(rows, criteria.selected), criteria).for_list()


def suggest(*, reader: User, typed: str) -> list[Asset]:
    """Return up to eight present assets for what somebody types, the likeliest first."""
    if not typed.strip():
        return []
    rows = Asset.objects.visible_to(reader).present().matching(typed)
    return list(_sorted(rows, Criteria(typed=typed.strip())).for_list()[:SUGGESTED])


def _with_state(rows: AssetQuerySet) -> AssetQuerySet:
    """A removed asset is that first, whatever people made of it."""
    state = Case(
        When(removed_at__isnull=False, then=Value(REMOVED)), default=F("status"), output_field=CharField()
    )
    return rows.annotate(state=state)


def _combinations(rows: AssetQuerySet) -> list[Combination]:
    columns = [*COLUMNS.values(), *LABELS.values()]
    grouped = _with_state(rows).order_by().values(*columns).annotate(number=Count("pk"))
    return [_combination(row) for row in grouped]


def _combination(row: dict[str, Any]) -> Combination:
    values = {name: _text(name, row[column]) for name, column in COLUMNS.items()}
    labels = {name: row[column] for name, column in LABELS.items() if row[column]}
    return Combination(values, labels, row["number"])


def _text(name: str, value: Any) -> str:
    """A value as it stands in the query string."""
    if value is None:
        return NONE
    if name == "sensitivity":
        return Clearance(value).label.lower()
    if name == "personal":
        return "yes" if value else "no"
    return str(value)


def _chosen(rows: AssetQuerySet, selected: Selected) -> AssetQuerySet:
    rows = _with_state(rows)
    for name, column in COLUMNS.items():
        if name in selected:
            rows = rows.filter(_among(name, column, selected[name]))
        elif name == "status":
            rows = rows.filter(removed_at__isnull=True)
    return rows


def _among(name: str, column: str, values: frozenset[str]) -> Q:
    stored = [_stored(name, value) for value in values - {NONE}]
    among = Q(**{f"{column}__in": [value for value in stored if value is not None]})
    return among | Q(**{f"{column}__isnull": True}) if NONE in values else among


def _stored(name: str, value: str) -> Any:
    """A value of the query string as the column holds it; None for what cannot be one."""
    if name == "sensitivity":
        return LEVELS.get(value)
    if name == "personal":
        return {"yes": True, "no": False}.get(value)
    return _uuid(value) if name == "source" else value


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _sorted(rows: AssetQuerySet, criteria: Criteria) -> AssetQuerySet:
    if criteria.sort == "updated":
        return rows.order_by("-updated_at", "name")
    query = text_query(criteria.typed)
    if criteria.sort == "name" or query is None:
        return rows.order_by("name", "pk")
    exact = Case(
        When(name__iexact=criteria.typed, then=2),
        When(name__iendswith=f".{criteria.typed}", then=1),
        default=0,
        output_field=IntegerField(),
    )
    rank = SearchRank(F("document__words"), query)
    return rows.annotate(exact=exact, rank=rank).order_by("-exact", "-rank", "name", "pk")


def _told(rows: AssetQuerySet, typed: str) -> AssetQuerySet:
    """Each hit with the place in its description and in its columns that was found."""
    query = text_query(typed)
    if query is None:
        return rows
    said = Coalesce(NullIf("description", Value("")), F("harvested_description"))
    return rows.annotate(in_words=_headline(said, query), in_columns=_headline(F("field_names"), query))


def _headline(text: Any, query: Any) -> SearchHeadline:
    return SearchHeadline(
        text, query, config=CONFIG, start_sel=START, stop_sel=STOP, max_words=30, min_words=10
    )


def _meant(reader: User, typed: str) -> list[str]:
    """Return names that are written nearly so, of assets that `reader` may see."""
    near = TrigramWordSimilarity(typed[:LONGEST_NAME], "name")
    rows = Asset.objects.visible_to(reader).present().annotate(near=near).filter(near__gte=NEAR)
    titles = {asset.title for asset in rows.order_by("-near").only("name", "facts")[:CANDIDATES]}
    alike = {title: _likeness(title, typed) for title in titles}
    return sorted((title for title in alike if alike[title] >= ALIKE), key=lambda t: (-alike[t], t))[:MEANT]


def _likeness(title: str, typed: str) -> float:
    """From 0 to 1; trigrams find candidates, but judge swapped letters harshly."""
    return SequenceMatcher(None, title.lower(), typed.lower()).ratio()
