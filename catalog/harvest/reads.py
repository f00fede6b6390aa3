from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, Value, When

from accesscontrol.display.wording import words
from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.connectors.metadata import TableRef
from catalog.harvest.models import Harvest
from catalog.history.models import SchemaVersion, SchemaVersionQuerySet

IMPACTS = ("breaking", "strict", "compatible", "documentation", "")  # the worst first
EVENTS = ("removed", "missing", "changed", "returned", "first")
NAMING = {  # what these changed from and to may name assets that the reader must not know of
    "definition_changed",
    "foreign_keys_changed",
    "inheritance_changed",
    "reads_changed",
}
MOST_LINES = 6


@dataclass(frozen=True)
class Line:
    """One difference for people."""

    what: str
    column: str
    before: str
    after: str


def place(asset: Asset) -> TableRef:
    """Where a harvested asset stands in its source; of a schema its place is an empty name in it."""
    facts = asset.facts
    if asset.kind == Asset.Kind.SCHEMA:
        return TableRef(facts["database"], facts["title"], "")
    return TableRef(facts["database"], facts.get("schema", ""), facts["title"])


def versions(reader: User, harvest: Harvest, event: str = "") -> SchemaVersionQuerySet:
    """What the harvest noticed of assets that `reader` may see: by event, and the worst first."""
    rows = SchemaVersion.objects.visible_to(reader).filter(harvest=harvest)
    if event:
        rows = rows.filter(event=event)
    return in_order(rows)


def in_order(rows: SchemaVersionQuerySet) -> SchemaVersionQuerySet:
    """By event, the worst first, each with its asset."""
    rows = rows.select_related("asset").defer("schema", "asset__search", "asset__facts")
    return rows.order_by(ranked("event", EVENTS), ranked("impact", IMPACTS), "asset__name", "number")


def ranked(field: str, values: tuple[str, ...]) -> Case:
    """A number by which rows stand in the order of `values`."""
    whens = [When(**{field: value}, then=Value(at)) for at, value in enumerate(values)]
    return Case(*whens, default=Value(len(values)), output_field=IntegerField())


def seen_by_event(reader: User, harvest: Harvest) -> dict[str, int]:
    """How many versions of each event `reader` may see, in the order in which they are shown."""
    rows = SchemaVersion.objects.visible_to(reader).filter(harvest=harvest).order_by()
    found = dict(rows.values_list("event").annotate(Count("pk")))
    return {event: found[event] for event in EVENTS if event in found}


def differences(version: SchemaVersion) -> list[dict[str, Any]]:
    """The changes of a version, without what may name something hidden."""
    return [
        {**each, "before": None, "after": None} if each["what"] in NAMING else each
        for each in version.changes
    ]


def lines(version: SchemaVersion) -> list[Line]:
    """The first differences of a version in words; that an asset went or came is told by its event."""
    return list(_lines(version))[:MOST_LINES]


def _lines(version: SchemaVersion) -> Iterator[Line]:
    for each in differences(version):
        if each["what"] not in {"asset_removed", "asset_missing"}:
            before, after = text(each["before"]), text(each["after"])
            yield Line(words(each["what"]), each["column"], before, after)


def text(value: Any) -> str:
    """A value of a version in a few characters; of a column its type."""
    if isinstance(value, dict):
        return str(value.get("type", ""))
    if isinstance(value, list):
        return ", ".join(map(text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
