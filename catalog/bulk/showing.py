"""A bulk edit in words."""

from typing import Any

from catalog.bulk.models import BulkEdit
from catalog.bulk.wishes import ADD, LISTS, MAPPINGS, REMOVE
from catalog.metadata.attributes import VERBS, label
from stewardship.approvals.services import find_verb


def text(name: str, value: Any) -> str:
    """A plain value for a reader; an empty text for nothing."""
    if value in (None, "", [], {}):
        return ""
    show = find_verb(VERBS[name]).show
    return show(name, value) if show else str(value)


def wished(edit: BulkEdit) -> list[tuple[str, str]]:
    """(what, how) of all that is to be set."""
    return [line for name, wish in edit.wishes.items() for line in _wished(name, wish)]


def _wished(name: str, wish: Any) -> list[tuple[str, str]]:
    if name in LISTS:
        said = [(f"{label(name)}: add", wish.get(ADD)), (f"{label(name)}: take away", wish.get(REMOVE))]
        return [(what, text(name, names)) for what, names in said if names]
    if name in MAPPINGS:
        return [(key, "nothing" if value is None else str(value)) for key, value in wish.items()]
    return [(label(name), text(name, wish) or "nothing")]
