"""A query as a condition of the database, over the rows of the index or over what they tell of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from datetime import date as day
from functools import reduce
from operator import add, and_, or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, TextField, Value, When
from django.db.models.functions import Cast, Now
from django.db.models.lookups import GreaterThanOrEqual

from accesscontrol.identity.models import Clearance, User
from catalog.assets.text import CONFIG
from catalog.glossary.models import Term
from catalog.search.facets import Selected
from catalog.search.fields import ANY, FIELDS, NONE, fault
from catalog.search.language import SEPARATORS, All, AnyOf, Comparison, Node, Not, Phrase, Word, leaves
from catalog.tags.models import Tag

LOOKUPS = {"=": "exact", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
LEVELS = {label.lower(): value for value, label in Clearance.choices}
NOTHING = Q(pk__in=())
COLUMNS = {"updated": "updated_at", "fresh": "fresh_at"}


class Conditions:
    """The conditions of one reader. `path` leads from the rows to their document, `words` to their words."""

    def __init__(self, reader: User, path: str = "", words: str = "") -> None:
        self.reader, self.path = reader, path
        self.words = words or f"{path}words"

    def of(self, tree: Node | None) -> Q:
        """What must hold; everything when nothing is asked."""
        if tree is None:
            return Q()
        text = text_of(tree)
        return Q(**{self.words: text}) if text is not None else self._of_parts(tree)

    def chosen(self, selected: Selected) -> list[Q]:
        """What each facet that has a filter lets pass; what cannot be a value lets nothing pass."""
        return [self._among(name, sorted(values)) for name, values in selected.items()]

    def _among(self, name: str, values: Sequence[str]) -> Q:
        tests = [Comparison(name, "=", value) for value in values if not fault(name, "=", value)]
        return reduce(or_, map(self._test, tests)) if tests else NOTHING

    def present(self) -> Q:
        return self._q("is_removed", False)

    def _of_parts(self, tree: Node) -> Q:
        if isinstance(tree, Comparison):
            return self._test(tree)
        if isinstance(tree, Not):
            return ~self.of(tree.part)
        return self._joined(tree) if isinstance(tree, All | AnyOf) else Q()

    def _joined(self, tree: All | AnyOf) -> Q:
        join = type(tree)
        texts = tuple(part for part in tree.parts if text_of(part) is not None)
        rest = [self.of(part) for part in tree.parts if text_of(part) is None]
        return reduce(and_ if join is All else or_, [*([self.of(join(texts))] if texts else []), *rest])

    def _q(self, name: str, value: Any) -> Q:
        return Q(**{f"{self.path}{name}": value})

    def _test(self, test: Comparison) -> Q:
        if test.value in (NONE, ANY) and FIELDS[test.field].may_lack:
            lacks = self._lacks(test.field)
            return lacks if test.value == NONE else ~lacks
        kind = FIELDS[test.field].kind
        if kind in ("number", "date", "scale"):
            return self._compared(test)
        return getattr(self, f"_{test.field}", self._equal)(test)

    def _lacks(self, name: str) -> Q:
        if name == "tag":
            return self._q("tags__len", 0)
        if name == "term":
            return ~Q(Exists(self._terms(Term.objects.all())))
        if name == "description":
            return self._q("asset__description", "") & self._q("asset__harvested_description", "")
        if name == "certification":
            return ~certified(self.path)
        if name == "location":
            return self._q(name, "")
        return self._q(f"{COLUMNS.get(name, name)}__isnull", True)

    def _equal(self, test: Comparison) -> Q:
        return self._q(test.field, test.value)

    def _compared(self, test: Comparison) -> Q:
        column = COLUMNS.get(test.field, test.field)
        if FIELDS[test.field].kind == "date":
            return self._on_day(column, test)
        value = LEVELS[test.value] if test.field == "sensitivity" else int(test.value)
        return self._q(f"{column}__{LOOKUPS[test.operator]}", value)

    def _on_day(self, column: str, test: Comparison) -> Q:
        """Days begin at midnight, UTC: `>` is after the end of that day."""
        start = datetime.combine(day.fromisoformat(test.value), time(), UTC)
        end = datetime.combine(day.fromisoformat(test.value), time.max, UTC)
        if test.operator == "=":
            return self._q(f"{column}__range", (start, end))
        bound = end if test.operator in (">", "<=") else start
        return self._q(f"{column}__{LOOKUPS[test.operator]}", bound)

    def _personal(self, test: Comparison) -> Q:
        return self._q("has_personal_data", test.value == "yes")

    def _status(self, test: Comparison) -> Q:
        gone = self._q("is_removed", True)
        return gone if test.value == "removed" else self._q("status", test.value) & ~gone

    def _certification(self, test: Comparison) -> Q:
        return self._q("certification", test.value) & certified(self.path)

    def _domain(self, test: Comparison) -> Q:
        within = self._q("domain__path__contains", [test.value.lower()])
        return within | self._q("domain__path_names__contains", [test.value])

    def _source(self, test: Comparison) -> Q:
        named = self._q("source__name__iexact", test.value)
        code = uuid_of(test.value)
        return named | self._q("source__code", code) if code else named

    def _person(self, test: Comparison) -> Q:
        if test.value == "me":
            return self._q(test.field, self.reader.pk)
        return self._q(f"{test.field}__username__iexact", test.value)

    _owner = _business_owner = _steward = _person

    def _team(self, test: Comparison) -> Q:
        return self._q("team__name__iexact", test.value)

    def _tag(self, test: Comparison) -> Q:
        meant = Tag.objects.visible_to(self.reader).filter(path__iexact=test.value).order_by()
        return self._q("tags__overlap", ArraySubquery(meant.values_list(Cast("path", TextField()))))

    def _terms(self, terms: Any) -> Any:
        links = Term.objects.visible_to(self.reader).filter(pk__in=terms.order_by().values("pk"))
        return links.filter(links__asset=OuterRef(f"{self.path}asset"))

    def _term(self, test: Comparison) -> Q:
        said = Q(slug__iexact=test.value) | Q(name__iexact=test.value)
        return Q(Exists(self._terms(Term.objects.filter(said))))

    def _location(self, test: Comparison) -> Q:
        return self._q("location__iexact", test.value)

    def _name(self, test: Comparison) -> Q:
        return self._q("words", weighted(test.value, "A"))

    def _column(self, test: Comparison) -> Q:
        return self._q("asset__field_names__icontains", test.value)

    def _description(self, test: Comparison) -> Q:
        return self._q("words", weighted(test.value, "CD"))


def certified(path: str = "") -> Q:
    """What bears a certificate that has not run out."""
    lives = Q(**{f"{path}certified_until__isnull": True}) | Q(**{f"{path}certified_until__gt": Now()})
    return lives & ~Q(**{f"{path}certification": ""})


def passing(conditions: Sequence[Q], least: int) -> Q:
    """What passes so many of the conditions, or more."""
    if least <= 0:
        return Q()
    if least == len(conditions):
        return reduce(and_, conditions)
    passed = [Case(When(each, then=1), default=0, output_field=IntegerField()) for each in conditions]
    return Q(GreaterThanOrEqual(reduce(add, passed), Value(least)))


def uuid_of(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def text_of(tree: Node) -> Any:
    """The whole as one query of the text; None where a field is asked for."""
    if isinstance(tree, Word):
        return word(tree)
    if isinstance(tree, Phrase):
        return SearchQuery(tree.text.translate(SEPARATORS), config=CONFIG, search_type="phrase")
    if isinstance(tree, Comparison):
        return None
    if isinstance(tree, Not):
        return without(tree.part)
    parts = [text_of(part) for part in tree.parts]
    if any(part is None for part in parts):
        return None
    return joined(and_ if isinstance(tree, All) else or_, parts)


def joined(join: Callable[[Any, Any], Any], parts: Sequence[Any]) -> Any:
    """The two halves joined, and theirs: one after the other, many would stand too deep for Python."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(joined(join, parts[:middle]), joined(join, parts[middle:]))


def without(tree: Node) -> Any:
    """The opposite; Django negates single queries only."""
    if isinstance(tree, Not):
        return text_of(tree.part)
    if isinstance(tree, All | AnyOf):
        join = AnyOf if isinstance(tree, All) else All
        return text_of(join(tuple(Not(part) for part in tree.parts)))
    text = text_of(tree)
    return None if text is None else ~text


def word(leaf: Word) -> Any:
    if not leaf.begins:
        return SearchQuery(leaf.text.translate(SEPARATORS), config=CONFIG)
    pieces = re.findall(r"\w+", leaf.text.translate(SEPARATORS))
    raw = " & ".join([*pieces[:-1], f"{pieces[-1]}:*"]) if pieces else ""
    return SearchQuery(raw, config=CONFIG, search_type="raw")


def weighted(text: str, weights: str) -> Any:
    """All words of a text, where they have one of these weights in the index."""
    pieces = re.findall(r"\w+", text)
    raw = " & ".join(f"{piece}:{weights}" for piece in pieces)
    return SearchQuery(raw, config=CONFIG, search_type="raw")


def ranked_by(tree: Node | None) -> Any:
    """Any of the words that are asked for: what holds more of them, in better places, ranks higher."""
    texts = [text_of(leaf) for leaf in leaves(tree) if not isinstance(leaf, Comparison)]
    return joined(or_, texts) if texts else None
