"""A row of an import in words."""

import json
from typing import Any

from catalog.exchange.models import ImportRow
from catalog.exchange.shapes import KINDS

Line = tuple[str, str, str]


def lines(row: ImportRow) -> list[Line]:
    """(column, before, after) of what differs; of a new one, all that it says."""
    names = row.before if row.before else KINDS[row.kind].said(row.said)
    if row.expected == ImportRow.Expected.SAME:
        return []
    return [
        (name, text(row.before.get(name)), text(row.said.get(name))) for name in names if name in row.said
    ]


def text(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
