from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from catalog.assets.models import Asset, AssetQuerySet, Field
from catalog.assets.reads import Act, act_of
from catalog.assets.reads import said as value_of
from catalog.domains import tree
from catalog.domains.reads import with_below
from catalog.glossary.kinds import KINDS
from catalog.glossary.models import Term, TermLink, TermQuerySet, TermRelation

PER_PAGE = 100


@dataclass(frozen=True)
class Wish:
    """What of the glossary is asked for; `opened` are the slugs that stand the other way than `every`."""

    typed: str = ""
    status: str = ""
    domain: str = ""
    every: bool = False
    opened: frozenset[str] = frozenset()

    @property
    def is_narrow(self) -> bool:
        return bool(self.typed or self.status or self.domain)

    def toggled(self, slug: str) -> str:
        """The query string that opens or closes one term."""
        kept = sorted(self.opened ^ {slug})
        return "&".join([*(["all=1"] if self.every else []), *([f"open={','.join(kept)}"] if kept else [])])


@dataclass(frozen=True)
class Line:
    """A term where it stands in the tree; `toggle` is empty where nothing stands below it."""

    term: Term
    depth: int
    is_open: bool = False
    toggle: str = ""
    path: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Linked:
    """An asset of a term that the reader may see, and which of its columns are meant."""

    asset: Asset
    whole: bool
    columns: list[Field]


def listing(*, reader: User, wish: Wish, number: Any) -> tuple[Page[Any], list[Line]]:
    """A page of the glossary: the tree as far as it is open, or everything that fits; constant queries."""
    skeleton = list(Term.objects.visible_to(reader).values_list("pk", "parent", "slug", "name"))
    parents = {pk: parent for pk, parent, *_ in skeleton}
    slugs = {pk: slug for pk, _, slug, _ in skeleton}
    if wish.is_narrow:
        places = [(pk, 0) for pk in _asked(reader, wish).values_list("pk", flat=True)]
    else:
        places = list(_open_places(parents, slugs, wish))
    page = Paginator(places, PER_PAGE).get_page(number)
    rows = Term.objects.visible_to(reader).for_list().in_bulk([pk for pk, _ in page])
    names = {pk: name for pk, *_, name in skeleton}
    full = set(parents.values())
    lines = [
        Line(
            rows[pk],
            depth,
            is_open=_is_open(slugs[pk], wish),
            toggle=f"?{wish.toggled(slugs[pk])}" if pk in full and not wish.is_narrow else "",
            path=[names[each] for each in tree.above(parents, pk)] if wish.is_narrow else [],
        )
        for pk, depth in page
        if pk in rows
    ]
    return page, lines


def _is_open(slug: str, wish: Wish) -> bool:
    return (slug in wish.opened) != wish.every


def _open_places(parents: dict[int, int | None], slugs: dict[int, str], wish: Wish) -> Any:
    closed = None
    for pk, depth in tree.in_order(parents):
        if closed is not None and depth > closed:
            continue
        closed = None if _is_open(slugs[pk], wish) else depth
        yield pk, depth


def _asked(reader: User, wish: Wish) -> TermQuerySet:
    rows = Term.objects.visible_to(reader).saying(wish.typed)
    if wish.status:
        rows = rows.filter(status=wish.status)
    if wish.domain:
        rows = rows.filter(domain__in=with_below(reader=reader, slugs=[wish.domain]))
    return rows


def path(reader: User, term: Term) -> list[Term]:
    """What the term stands in, the outermost first."""
    known = dict(Term.objects.visible_to(reader).values_list("pk", "parent"))
    keys = tree.above(known, term.pk)
    rows = Term.objects.visible_to(reader).in_bulk(keys) if keys else {}
    return [rows[key] for key in keys if key in rows]


def below(reader: User, term: Term) -> TermQuerySet:
    """The terms directly below it."""
    return Term.objects.visible_to(reader).filter(parent=term).for_list()


def relations(reader: User, term: Term) -> list[tuple[str, list[tuple[str, Term]]]]:
    """(words, [(kind, other term)]) as they read from this term's side, in the order of the kinds."""
    seen = Term.objects.visible_to(reader)
    rows = TermRelation.objects.filter(Q(term=term, other__in=seen) | Q(other=term, term__in=seen))
    said: dict[str, list[tuple[str, Term]]] = defaultdict(list)
    for row in rows.select_related("term", "other"):
        kind, here = KINDS[row.kind], row.term_id == term.pk
        said[kind.here if here else kind.there].append((row.kind, row.other if here else row.term))
    order = [words for kind in KINDS.values() for words in dict.fromkeys((kind.here, kind.there))]
    return [(words, sorted(said[words], key=lambda pair: pair[1].name)) for words in order if said[words]]


def assets(reader: User, term: Term) -> AssetQuerySet:
    """The assets of a term that `reader` may see."""
    links = TermLink.objects.filter(term=term).values("asset")
    return Asset.objects.visible_to(reader).present().filter(pk__in=links).for_list().order_by("name", "pk")


def linked(term: Term, rows: Iterable[Asset]) -> list[Linked]:
    """These assets of the term, each with the columns that are meant."""
    found = list(rows)
    by_asset: dict[int, list[TermLink]] = defaultdict(list)
    for link in TermLink.objects.filter(term=term, asset__in=found).select_related("field"):
        by_asset[link.asset_id].append(link)
    return [_linked(row, by_asset[row.pk]) for row in found]


def _linked(asset: Asset, links: Collection[TermLink]) -> Linked:
    columns = [link.field for link in links if link.field and not link.field.removed_at]
    columns.sort(key=lambda column: column.position)
    return Linked(asset, any(link.field_id is None for link in links), columns)


def terms_of(reader: User, asset: Asset) -> list[TermLink]:
    """The links of an asset that its reader sees already: of the whole first, then by column."""
    rows = TermLink.objects.filter(asset=asset, term__in=Term.objects.visible_to(reader))
    found = [row for row in rows.select_related("term", "field") if not (row.field and row.field.removed_at)]
    return sorted(found, key=lambda row: (row.field.position if row.field else 0, row.term.name))


def deciders(term: Term) -> list[User]:
    """Who is asked by name whether the text is right; empty where everybody who may change terms is."""
    people = [person for person in term.reviewers.all() if person.is_active and person.pk not in term.authors]
    if people:
        return people
    steward = term.domain.answering if term.domain else None
    return [steward] if steward and steward.is_active and steward.pk not in term.authors else []


def history(term: Term) -> QuerySet[Entry]:
    """What the log has about a term that its reader sees already, the latest first."""
    return Entry.objects.about("term", str(term.code))


def acts(entries: Iterable[Entry]) -> list[tuple[Act, str]]:
    """What each entry says: what was before and after, and besides it a reason, or another term."""
    return [_act(act_of(entry), json.loads(entry.body).get("details", {})) for entry in entries]


def _act(act: Act, details: dict[str, Any]) -> tuple[Act, str]:
    after = details.get("after")
    if after and details.get("before") is None:  # it is new: all that it says is
        said = [(key, "", value_of(key, value)) for key, value in after.items() if value]
        act = replace(act, action="term_added", changes=said)
    kind, other = str(details.get("kind") or "").replace("_", " "), details.get("other")
    instead = f"use {details['replaced_by']}" if details.get("replaced_by") else ""
    parts = (f"{kind} {other}" if other else "", instead, str(details.get("reason") or ""))
    return act, " · ".join(filter(None, parts))
