from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.core.paginator import Page, Paginator
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from accesscontrol.identity.models import User
from catalog.assets.models import Asset, AssetQuerySet
from catalog.assets.reads import discoverable
from catalog.assets.text import CONFIG, text_query
from catalog.search.conditions import Conditions, passing, ranked_by
from catalog.search.criteria import Criteria
from catalog.search.facets import Facet, count, facets, refusing
from catalog.search.hits import MOST, Hit, hits
from catalog.search.kinds import Found, suggested
from catalog.search.language import BadQuery, Node, names_removed, parse
from catalog.search.models import AssetDocument, AssetDocumentQuerySet
from catalog.search.ranking import WEIGHTS, points
from catalog.search.snippets import START, STOP
from catalog.search.spelling import nearly

PER_PAGE = 25
SUGGESTED, OTHERS, NEAREST = 8, 5, 16
SHORT = 2  # letters that begin too many titles to look at each
KNOWN = 10


@dataclass(frozen=True)
class Results:
    """`total` hits, one page of them, the facets; `meant` when nothing was found.

    `more`: there are more hits than are counted; `total` and the facets then speak of those used most.
    """

    total: int
    more: bool
    page: Page[Asset]
    facets: list[Facet]
    meant: list[str]
    known_of: list[Asset]  # what the reader may only ask for, by words of its name
    why: dict[int, dict[str, float]] = field(default_factory=dict)  # by asset: the points of each reason


class Known(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Pages of assets whose keys are known, in their order."""

    def __init__(self, rows: AssetQuerySet, keys: list[int], per_page: int) -> None:
        super().__init__(keys, per_page)
        self.rows = rows

    def page(self, number: int | str) -> Page[Asset]:
        page: Any = super().page(number)
        found = {row.pk: row for row in self.rows.filter(pk__in=list(page.object_list))}
        page.object_list = [found[key] for key in page.object_list if key in found]
        return page  # type: ignore[no-any-return]


def search(*, reader: User, criteria: Criteria, number: str | int = 1, size: int = PER_PAGE) -> Results:
    """Return one page of what `reader` may see of it: three queries, a fourth when nothing is found.

    Two more where there are more hits than are counted. Raises BadQuery.
    """
    tree = parse(criteria.typed)
    query, removed_too = ranked_by(tree), names_removed(tree)
    wanted = Wanted(reader, criteria, tree)
    seen = hits(wanted.all_but_one(), query)
    more = len(seen) > MOST
    combinations = [hit.combination() for hit in seen[:MOST]]
    counts = count(combinations, criteria.selected, removed_too)
    if more and criteria.selected:
        chosen = hits(wanted.rows(), query)
        more = len(chosen) > MOST
        chosen = chosen[:MOST]
    else:
        pairs = zip(seen, combinations, strict=False)
        chosen = [hit for hit, one in pairs if not refusing(one, criteria.selected, removed_too)]
    keys = wanted.first() if more and criteria.sort != "relevance" else in_order(chosen, criteria)
    rows = _told(Asset.objects.visible_to(reader), query).for_list()
    page = Known(rows, keys, size).get_page(number)
    instead = [] if chosen or not criteria.typed else meant(reader, criteria.typed)
    known_of = list(discoverable(reader=reader, typed=criteria.typed)[:KNOWN]) if criteria.typed else []
    why = explained(chosen, criteria.typed, {row.pk for row in page})
    listed = facets(counts, criteria.selected)
    return Results(len(chosen), more, page, listed, instead, known_of, why)


@dataclass(frozen=True)
class Wanted:
    """What is asked for, as rows of the index that `reader` may see."""

    reader: User
    criteria: Criteria
    tree: Node | None

    def filters(self) -> list[Q]:
        """What each facet lets pass; what its source does not have any more must be asked for."""
        conditions = Conditions(self.reader)
        found = conditions.chosen(self.criteria.selected)
        asked = "status" in self.criteria.selected or names_removed(self.tree)
        return found if asked else [*found, conditions.present()]

    def _matching(self) -> AssetDocumentQuerySet:
        return AssetDocument.objects.visible_to(self.reader).filter(Conditions(self.reader).of(self.tree))

    def rows(self) -> AssetDocumentQuerySet:
        filters = self.filters()
        return self._matching().filter(passing(filters, len(filters)))

    def all_but_one(self) -> AssetDocumentQuerySet:
        """What one facet at most refuses: whoever counts a facet leaves out its own filter."""
        filters = self.filters()
        return self._matching().filter(passing(filters, len(filters) - 1))

    def first(self) -> list[int]:
        """The keys of as many as are listed, by name or by date, of more than are ranked."""
        order = {"name": ("asset__name", "pk"), "updated": ("-updated_at", "pk"), "usage": ("-usage", "pk")}
        rows = self.rows().order_by(*order[self.criteria.sort])
        return list(rows.values_list("pk", flat=True)[:MOST])


def in_order(found: list[Hit], criteria: Criteria) -> list[int]:
    """The keys of the hits: by their points where words were typed and no other order is wanted."""
    if criteria.sort == "updated":
        found = sorted(found, key=lambda hit: (-hit.updated_at.timestamp(), hit.title, hit.asset))
    elif criteria.sort == "usage":
        found = sorted(found, key=lambda hit: (-hit.usage, hit.title, hit.asset))
    elif criteria.sort == "name" or not criteria.typed:
        named = Asset.objects.filter(pk__in=[hit.asset for hit in found])
        return list(named.order_by("name", "pk").values_list("pk", flat=True))
    else:
        now, typed = timezone.now(), criteria.typed.lower()
        sums = {hit.asset: sum(points(hit.standing(), typed, now).values()) for hit in found}
        found = sorted(found, key=lambda hit: (-sums[hit.asset], hit.title, hit.asset))
    return [hit.asset for hit in found]


def explained(found: list[Hit], typed: str, keys: set[int]) -> dict[int, dict[str, float]]:
    """The points of each reason, of the assets with these keys."""
    now = timezone.now()
    return {hit.asset: points(hit.standing(), typed.lower(), now) for hit in found if hit.asset in keys}


def everything(*, reader: User, criteria: Criteria) -> AssetQuerySet:
    """Return all of what the search finds: for an export. Raises BadQuery."""
    tree = parse(criteria.typed)
    found = Wanted(reader, criteria, tree).rows().order_by()
    rows = Asset.objects.visible_to(reader).filter(pk__in=found.values("pk")).for_list()
    if criteria.sort == "updated":
        return rows.order_by("-updated_at", "name")
    if criteria.sort == "usage":
        return rows.order_by("-document__usage", "name", "pk")
    query = ranked_by(tree)
    if criteria.sort == "name" or query is None:
        return rows.order_by("name", "pk")
    rank = SearchRank(F("document__words"), query, weights=WEIGHTS)
    return rows.annotate(rank=rank).order_by("-rank", "name", "pk")


@dataclass(frozen=True)
class Suggestions:
    """What somebody may be about to type."""

    assets: list[Asset]
    others: list[Found]


def suggest(*, reader: User, typed: str) -> Suggestions:
    """Return up to eight present assets, and five other things, the likeliest first."""
    typed = typed.replace("\0", " ")  # which PostgreSQL cannot compare
    text, said = text_query(typed), typed.strip().lower()
    if text is None:
        return Suggestions([], [])
    rows = AssetDocument.objects.visible_to(reader).filter(Conditions(reader).present())
    # "+ 0": by the index of titles or words; to walk down the levels is long for who sees little
    used = (F("level") + 0).desc()
    named = rows.filter(title__startswith=said).order_by(used if len(said) > SHORT else "-level", "pk")
    about = rows.filter(words=text).order_by(used, "pk")
    pairs = list(named.values_list("pk", "title", "level")[:NEAREST])
    if len(pairs) < SUGGESTED:
        pairs += about.values_list("pk", "title", "level")[:NEAREST]
    order = {key: (title != said, not title.startswith(said), -level) for key, title, level in pairs}
    keys = sorted(order, key=lambda key: (*order[key], key))[:SUGGESTED]
    found = Asset.objects.visible_to(reader).in_bulk(keys)
    assets = [found[key] for key in keys if key in found]
    return Suggestions(assets, suggested(reader=reader, text=text, most=OTHERS))


def _told(rows: AssetQuerySet, query: Any) -> AssetQuerySet:
    """Each hit with the place in its description and in its columns that was found."""
    if query is None:
        return rows
    said = Coalesce(NullIf("description", Value("")), F("harvested_description"))
    return rows.annotate(in_words=_headline(said, query), in_columns=_headline(F("field_names"), query))


def _headline(text: Any, query: Any) -> SearchHeadline:
    return SearchHeadline(
        text, query, config=CONFIG, start_sel=START, stop_sel=STOP, max_words=30, min_words=10
    )


def meant(reader: User, typed: str) -> list[str]:
    """Return queries that are written nearly so and find something that `reader` may see."""
    return [said for said in nearly(typed, lambda words: _finding(reader, words)) if _finds(reader, said)]


def _finding(reader: User, words: Sequence[str]) -> set[str]:
    """Those of some words that find something that `reader` may see: one query."""
    seen = AssetDocument.objects.visible_to(reader).order_by()
    asked = [
        seen.filter(words=SearchQuery(word, config=CONFIG)).values_list(Value(word, TextField()))[:1]
        for word in words
    ]
    return {word for (word,) in asked[0].union(*asked[1:], all=True)}


def _finds(reader: User, typed: str) -> bool:
    """Nothing is found by what became too long, or names a field that there is none of."""
    try:
        tree = parse(typed)
    except BadQuery:
        return False
    return Wanted(reader, Criteria(typed=typed), tree).rows().exists()
