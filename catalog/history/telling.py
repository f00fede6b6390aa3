"""What a reader may know of descriptions and changes that name other assets. Knows no Django."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.history import words
from catalog.history.changes import Schema

TELLING = ("definition", "reads")  # what SQL says, and which assets it names


@dataclass(frozen=True)
class Told:
    """A change as its reader may know it; `sides` are texts to be compared, `stored` is for programs.

    Of what names something hidden nothing but its kind is told: `withheld`.
    """

    text: str
    impact: str
    sides: tuple[str, str] | None
    withheld: bool
    stored: dict[str, Any]


@dataclass
class Sight:
    """What is hidden from a reader: (namespace, name) of what was asked about, and `blind` namespaces.

    A namespace is blind that has something hidden in it.
    """

    hidden: set[tuple[str, str]] = field(default_factory=set)
    blind: set[str] = field(default_factory=set)

    def sees(self, namespace: str, names: Iterable[str]) -> bool:
        return not any((namespace, name) in self.hidden for name in names)

    def reads_sql(self, namespace: str, named: Sequence[str]) -> bool:
        """Whether SQL may be shown that names `named`; without them, it may name anything."""
        return self.sees(namespace, named) if named else namespace not in self.blind


def tell(
    changes: Sequence[Mapping[str, Any]], namespace: str, reads: Sequence[str], known: Sight
) -> list[Told]:
    """Changes in words; `reads` is what the SQL of the asset names."""
    inside = {*reads, *(name for each in changes if part_of(each) in TELLING for name in named(each))}
    sql_seen = known.reads_sql(namespace, sorted(inside))
    told = []
    for change in changes:
        seen = sql_seen if part_of(change) in TELLING else known.sees(namespace, named(change))
        told.append(_told(change, seen))
    return told


def _told(change: Mapping[str, Any], seen: bool) -> Told:
    impact = str(change.get("impact", ""))
    if seen:
        return Told(words.sentence(change), impact, words.sides(change), False, {**change, "withheld": False})
    stored = {**change, "before": None, "after": None, "withheld": True}
    return Told(words.without_names(change), impact, None, True, stored)


def part_of(change: Mapping[str, Any]) -> str:
    return next((part for part in words.NAMING if str(change.get("what", "")).startswith(part)), "")


def named(change: Mapping[str, Any]) -> list[str]:
    """The assets, of the same namespace, that a change names."""
    if not part_of(change):
        return []
    sides = (change.get("before"), change.get("after"))
    parts = [part for side in sides for part in (side if isinstance(side, list) else [side])]
    names = (part.get("target") if isinstance(part, dict) else part for part in parts)
    return [str(name) for name in names if name] if part_of(change) != "definition" else []


def names_in(schema: Schema) -> list[str]:
    """The other assets that a description names."""
    targets = [str(key.get("target", "")) for key in schema.get("foreign_keys", ())]
    return [*targets, *schema.get("depends_on", ()), *schema.get("inherits", ())]


def allowed(schema: Schema, namespace: str, known: Sight) -> tuple[dict[str, Any], list[str]]:
    """A description without what names something hidden, and what was left out of it."""
    made = {key: said for key, said in schema.items() if key != "keys_elsewhere"}  # their names may tell
    withheld = []
    keys = [key for key in schema.get("foreign_keys", ()) if known.sees(namespace, [key["target"]])]
    if len(keys) < len(schema.get("foreign_keys", ())):
        made["foreign_keys"] = keys
        withheld.append("foreign_keys")
    if not known.sees(namespace, schema.get("inherits", ())):
        withheld.append("inherits")
    if not known.reads_sql(namespace, schema.get("depends_on", ())):
        withheld += [key for key in ("view_sql", "depends_on") if key in schema]
    return {key: said for key, said in made.items() if key == "foreign_keys" or key not in withheld}, withheld
