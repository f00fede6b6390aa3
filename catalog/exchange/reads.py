from collections.abc import Sequence

from django.db.models import Count

from accesscontrol.identity.models import User
from catalog.exchange.models import ImportRow, ImportRowQuerySet, MetadataImport


def rows(reader: User, batch: MetadataImport, state: str = "") -> ImportRowQuerySet:
    """The rows of an import that `reader` may see; `state` may be "expected:new", too."""
    found = ImportRow.objects.visible_to(reader).filter(batch=batch)
    expected = state.removeprefix("expected:")
    if expected != state:
        return found.filter(expected=expected)
    return found.filter(state=state) if state else found


def counts_of(reader: User, batches: Sequence[MetadataImport]) -> dict[int, dict[str, int]]:
    """How many rows are what, by import: "expected:new", and "done"."""
    seen = ImportRow.objects.visible_to(reader).filter(batch__in=batches).order_by()
    found: dict[int, dict[str, int]] = {}
    for batch, expected, state, number in seen.values_list("batch", "expected", "state").annotate(
        Count("pk")
    ):
        mine = found.setdefault(batch, {})
        for name in (f"expected:{expected}", state):
            mine[name] = mine.get(name, 0) + number
    return found
