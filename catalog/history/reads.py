from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, Value

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from catalog.history.changes import Change, Schema, worst
from catalog.history.diff import compare
from catalog.history.models import SchemaVersion, SchemaVersionQuerySet
from catalog.history.sides import Row, rows
from catalog.history.telling import Sight, Told, named, names_in, part_of, tell


@dataclass(frozen=True)
class Entry:
    """A version in the timeline; `statement` is empty where it may name something hidden."""

    version: SchemaVersion
    changes: list[Told]
    who: str
    statement: str


def sight(reader: User, wanted: Mapping[str, Iterable[str]], sql_in: Iterable[str]) -> Sight:
    """Look up the names that are `wanted` of each namespace, and in which of `sql_in` something is hidden."""
    away = Asset.objects.hidden_from(reader).order_by()
    among = [Q(namespace=namespace, name__in=list(names)) for namespace, names in wanted.items()]
    asked = [away.filter(reduce(or_, among)).values_list("namespace", "name")] if among else []
    blinding = sorted(set(sql_in))  # one hidden thing of each is enough; it stays unnamed
    asked += [away.filter(namespace=each).values_list("namespace", Value(""))[:1] for each in blinding]
    found = set(asked[0].union(*asked[1:], all=True)) if asked else set()
    blind = {namespace for namespace, name in found if not name}
    return Sight({pair for pair in found if pair[1]}, blind)


def timeline(asset: Asset, impact: str = "") -> SchemaVersionQuerySet:
    """The versions of an asset that its reader sees already, the latest first."""
    found = SchemaVersion.objects.filter(asset=asset).for_timeline()
    return found.filter(impact=impact) if impact else found


def latest_number(asset: Asset) -> int:
    """The number of the last version; 0 without any."""
    found = SchemaVersion.objects.filter(asset=asset).order_by("-number").values_list("number", flat=True)
    return found.first() or 0


def latest_changes(
    reader: User, *, impact: str = "", event: str = "", domain: Domain | None = None
) -> SchemaVersionQuerySet:
    """What changed in the sources of all that `reader` may see, but what was seen for the first time."""
    found = SchemaVersion.objects.visible_to(reader).exclude(event=SchemaVersion.Event.FIRST)
    asked = {"impact": impact, "event": event, "asset__domain": domain}
    found = found.filter(**{name: value for name, value in asked.items() if value})
    return found.for_timeline().order_by("-at", "-pk")


def entries(reader: User, versions: Iterable[SchemaVersion]) -> list[Entry]:
    """Versions of `for_timeline` as their reader may know them; a constant number of queries.

    Who signed in at a source is for those who may see sources.
    """
    found = list(versions)
    wanted: dict[str, set[str]] = {}
    sql_in = set()
    for row in found:
        names = {name for change in row.changes for name in named(change)} | set(_reads(row))
        wanted.setdefault(row.asset.namespace, set()).update(names)
        if row.cause.get("statement") or any(part_of(each) == "definition" for each in row.changes):
            sql_in.add(row.asset.namespace)
    known = sight(reader, {key: names for key, names in wanted.items() if names}, sql_in)
    names_people = reader.has_perm("catalog.view_source")
    return [_entry(row, known, names_people) for row in found]


def _entry(row: SchemaVersion, known: Sight, names_people: bool) -> Entry:
    namespace = row.asset.namespace
    statement = str(row.cause.get("statement", ""))
    return Entry(
        version=row,
        changes=tell(row.changes, namespace, _reads(row), known),
        who=str(row.cause.get("actor", "")) if names_people else "",
        statement=statement if known.reads_sql(namespace, ()) else "",
    )


def _reads(row: SchemaVersion) -> list[str]:
    said = row.reads if hasattr(row, "reads") else row.schema.get("depends_on")
    return list(said or ())


def as_of(asset: Asset, number: int) -> tuple[SchemaVersion, Schema] | None:
    """A version, and what was said of the asset then; while it was away, what was said last. Or None."""
    found = SchemaVersion.objects.filter(asset=asset, number__lte=number).order_by("-number")
    version = found.filter(number=number).select_related("harvest").first()
    if version is None:
        return None
    version.asset = asset
    said = version.schema or found.exclude(schema={}).values_list("schema", flat=True).first()
    return version, said or {}


def known_of(reader: User, asset: Asset, *schemas: Schema, cause: Mapping[str, Any] | None = None) -> Sight:
    """What `reader` may know of all that these descriptions of one asset name."""
    names = {name for schema in schemas for name in names_in(schema)}
    sql = any(schema.get("view_sql") for schema in schemas) or bool((cause or {}).get("statement"))
    wanted = {asset.namespace: names} if names else {}
    return sight(reader, wanted, [asset.namespace] if sql else [])


@dataclass(frozen=True)
class Comparison:
    """What differs between two versions; `impact` is the worst of its changes."""

    impact: str
    changes: list[Told]
    rows: list[Row]


def compared(reader: User, asset: Asset, before: Schema, after: Schema) -> Comparison:
    """Compare two descriptions of an asset that `reader` sees already."""
    changes: list[Change] = compare(before, after)
    known = known_of(reader, asset, before, after)
    reads = [*before.get("depends_on", ()), *after.get("depends_on", ())]
    told = tell([change.stored() for change in changes], asset.namespace, reads, known)
    return Comparison(worst(changes), told, rows(before, after, changes))
