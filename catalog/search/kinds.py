"""What is found besides assets: fields, terms, products, domains, people and teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import F, QuerySet
from django.urls import reverse

from accesscontrol.identity.models import Team, User
from catalog.domains.models import Domain
from catalog.glossary.models import Term
from catalog.products.models import Product
from catalog.search.conditions import Conditions, ranked_by, text_of
from catalog.search.hits import MOST
from catalog.search.language import Node, names_removed, parse, words_alone
from catalog.search.models import AssetDocument, FieldDocument, FieldDocumentQuerySet, OtherDocument
from catalog.search.ranking import WEIGHTS

TABS = {"fields": "Fields", "terms": "Terms", "products": "Data products", "people": "People and teams"}
KINDS = {"terms": ("term",), "products": ("product",), "people": ("person", "team")}
OF_MODELS = ("model", "deployment", "training_set", "feature")  # kinds of assets
PAGES = {"person": "catalog:person", "team": "catalog:team"}  # not where their accounts are kept
LABELS = {
    "term": "Terms",
    "product": "Data products",
    "domain": "Domains",
    "person": "People",
    "team": "Teams",
}
MODELS: Mapping[str, Any] = {
    "term": Term,
    "product": Product,
    "domain": Domain,
    "person": User,
    "team": Team,
}


@dataclass(frozen=True)
class Found:
    """Something that was found, with its page."""

    kind: str
    label: str
    sub: str
    url: str
    text: str = ""


def found(*, reader: User, typed: str, tab: str) -> QuerySet[Any]:
    """What `reader` may see of one tab, the likeliest first; `shown` makes lines of it. Raises BadQuery."""
    tree = parse(typed)
    query = ranked_by(tree)
    rows: QuerySet[Any] = _fields(reader, tree) if tab == "fields" else _others(reader, tree, KINDS[tab])
    if query is None:
        return rows.order_by("title", "pk")
    if tab == "fields":
        rows = FieldDocument.objects.filter(pk__in=rows.order_by("-level", "pk").values("pk")[:MOST])
    ranked: QuerySet[Any] = rows.annotate(rank=SearchRank(F("words"), query, weights=WEIGHTS))
    return ranked.order_by("-rank", "title", "pk")


def _fields(reader: User, tree: Node | None) -> FieldDocumentQuerySet:
    """A field is found by its own words; what is asked of an asset is asked of its asset."""
    conditions = Conditions(reader, "document__", "words")
    rows = FieldDocument.objects.visible_to(reader).filter(conditions.of(tree))
    return rows if names_removed(tree) else rows.filter(conditions.present())


def _others(reader: User, tree: Node | None, kinds: Iterable[str]) -> QuerySet[OtherDocument]:
    """Only assets and fields have the fields of the language: nothing else is found by them."""
    rows = OtherDocument.objects.visible_to(reader).filter(kind__in=kinds)
    if tree is None:
        return rows
    return rows.filter(words=text_of(tree)) if words_alone(tree) else rows.none()


def counts(*, reader: User, typed: str) -> dict[str, int]:
    """How many each tab holds, up to MOST and one more. Raises BadQuery."""
    tree = parse(typed)
    conditions = Conditions(reader)
    models = AssetDocument.objects.visible_to(reader).filter(conditions.of(tree), kind__in=OF_MODELS)
    models = models if names_removed(tree) else models.filter(conditions.present())
    rows: dict[str, QuerySet[Any]] = {
        "models": models,
        "fields": _fields(reader, tree),
        **{tab: _others(reader, tree, kinds) for tab, kinds in KINDS.items()},
    }
    return {name: each.order_by()[: MOST + 1].count() for name, each in rows.items()}


def shown(rows: Sequence[Any]) -> list[Found]:
    """Lines of what was found, in its order: a query for each kind that occurs."""
    fields = [row.pk for row in rows if isinstance(row, FieldDocument)]
    if fields:
        related = FieldDocument.objects.filter(pk__in=fields).select_related("field__asset")
        by_key = {row.pk: row.field for row in related}
        return [_field(by_key[key]) for key in fields if key in by_key]
    kinds = {row.kind: [each.number for each in rows if each.kind == row.kind] for row in rows}
    things = {kind: MODELS[kind]._default_manager.in_bulk(keys) for kind, keys in kinds.items()}
    listed = [(row.kind, things[row.kind].get(row.number)) for row in rows]
    return [_other(kind, thing) for kind, thing in listed if thing is not None]


def _field(field: Any) -> Found:
    return Found("field", field.name, field.asset.name, field.get_absolute_url(), field.said)


def _other(kind: str, thing: Any) -> Found:
    label = thing.label if kind == "person" else thing.name
    text = getattr(thing, "definition", "") or getattr(thing, "description", "")
    page = PAGES.get(kind)
    url = reverse(page, args=[thing.code]) if page else thing.get_absolute_url()
    return Found(kind, label, SUBS[kind](thing), url, text)


SUBS: Mapping[str, Any] = {
    "term": lambda term: term.get_status_display(),
    "product": lambda product: product.get_status_display(),
    "domain": lambda domain: " / ".join(domain.path_names[:-1]),
    "person": lambda person: person.department,
    "team": lambda team: "Team",
}


def suggested(*, reader: User, text: Any, most: int) -> list[Found]:
    """Terms, products, domains, people and teams whose words fit, the likeliest first."""
    rows = OtherDocument.objects.visible_to(reader).filter(words=text)
    ranked = rows.annotate(rank=SearchRank(F("words"), text, weights=WEIGHTS))
    return shown(list(ranked.order_by("-rank", "title", "pk")[:most]))
