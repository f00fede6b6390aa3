from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.bulk.models import BulkEdit, BulkItem, BulkItemQuerySet
from catalog.bulk.wishes import after, different
from catalog.metadata.attributes import by_verb
from catalog.metadata.reads import said_of
from stewardship.approvals.services import find_verb


@dataclass(frozen=True)
class Line:
    """An item with (attribute, before, after) of what differs."""

    item: BulkItem
    changes: list[tuple[str, Any, Any]]


def changeable(reader: User, pks: Collection[int], names: Iterable[str]) -> set[int]:
    """Of which of these assets `reader` may say all of `names`."""
    mine = set(pks)
    for verb in by_verb(names):
        rows = find_verb(verb).rows(reader, "change").filter(pk__in=mine)
        mine &= set(rows.order_by().values_list("pk", flat=True))
    return mine


def items(reader: User, edit: BulkEdit, state: str = "") -> BulkItemQuerySet:
    """The items of an edit whose assets `reader` may see; `state` may be "expected:change", too."""
    rows = BulkItem.objects.visible_to(reader).filter(edit=edit).for_list()
    expected = state.removeprefix("expected:")
    if expected != state:
        return rows.waiting().filter(expected=expected)
    return rows.filter(state=state) if state else rows


def counts(reader: User, edit: BulkEdit) -> dict[str, int]:
    """How many items there are: "expected:change" of those that wait, and "changed" of those that do not."""
    return counts_of(reader, [edit]).get(edit.pk, {})


def counts_of(reader: User, edits: Sequence[BulkEdit]) -> dict[int, dict[str, int]]:
    """The counts of each edit, by pk: one query."""
    rows = BulkItem.objects.visible_to(reader).filter(edit__in=edits).order_by()
    found: dict[int, dict[str, int]] = {}
    for edit, expected, state, number in rows.values_list("edit", "expected", "state").annotate(Count("pk")):
        mine = found.setdefault(edit, {})
        mine[state] = mine.get(state, 0) + number
        if state == BulkItem.State.WAITING:
            mine[f"expected:{expected}"] = number
    return found


def lines(edit: BulkEdit, some: Sequence[BulkItem]) -> list[Line]:
    """Items with their differences: of what became, else of what would."""
    waiting = [item.asset_id for item in some if item.state == BulkItem.State.WAITING and not edit.undoes_id]
    assets = list(Asset.objects.filter(pk__in=waiting).for_list()) if waiting else []
    said = said_of(assets, edit.wishes.keys())
    return [Line(item, _changes(item, edit, said.get(item.asset_id))) for item in some]


def _changes(item: BulkItem, edit: BulkEdit, said: dict[str, Any] | None) -> list[tuple[str, Any, Any]]:
    if said is None:
        return [(name, item.before.get(name), value) for name, value in item.after.items()]
    wished = after(said, edit.wishes)
    return [(name, said[name], wished[name]) for name in different(said, wished)]
