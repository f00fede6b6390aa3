from django.db.models import Case, Count, IntegerField, Value, When

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.connectors.metadata import TableRef
from catalog.harvest.models import Harvest
from catalog.history.models import SchemaVersion, SchemaVersionQuerySet

IMPACTS = ("breaking", "strict", "compatible", "documentation", "")  # the worst first
EVENTS = ("removed", "missing", "changed", "returned", "first")


def place(asset: Asset) -> TableRef:
    """Where a harvested asset stands in its source; of a schema its place is an empty name in it."""
    facts = asset.facts
    if asset.kind == Asset.Kind.SCHEMA:
        return TableRef(facts["database"], facts["title"], "")
    return TableRef(facts["database"], facts.get("schema", ""), facts["title"])


def versions(reader: User, harvest: Harvest, event: str = "") -> SchemaVersionQuerySet:
    """What the harvest noticed of assets that `reader` may see: by event, and the worst first."""
    rows = SchemaVersion.objects.visible_to(reader).filter(harvest=harvest)
    return in_order(rows.filter(event=event) if event else rows)


def in_order(rows: SchemaVersionQuerySet) -> SchemaVersionQuerySet:
    """By event, the worst first, each with its asset."""
    order = (ranked("event", EVENTS), ranked("impact", IMPACTS), "asset__name", "number")
    return rows.for_timeline().order_by(*order)


def ranked(field: str, values: tuple[str, ...]) -> Case:
    """A number by which rows stand in the order of `values`."""
    whens = [When(**{field: value}, then=Value(at)) for at, value in enumerate(values)]
    return Case(*whens, default=Value(len(values)), output_field=IntegerField())


def seen_by_event(reader: User, harvest: Harvest) -> dict[str, int]:
    """How many versions of each event `reader` may see, in the order in which they are shown."""
    rows = SchemaVersion.objects.visible_to(reader).filter(harvest=harvest).order_by()
    found = dict(rows.values_list("event").annotate(Count("pk")))
    return {event: found[event] for event in EVENTS if event in found}
