"""What the person gets: every value with where it came from. Knows no Django."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")

README = """What is in this folder

data.json    everything that was found, table by table, with the way by which each table was reached
tables/      the same rows as one CSV file for each table
manifest.json  when and for whom this was made, and the SHA-256 of each file

A way such as "orders.customer_id = customers.id" says: these rows belong to you because their
customer_id is the id of your row in customers.
"""


@dataclass(frozen=True)
class Table:
    """`namespace` and `name` are the table's OpenLineage identity; rows are JSON-ready."""

    source: str
    namespace: str
    name: str
    ways: Sequence[str]
    rows: Sequence[Mapping[str, Any]]


def plain(value: object) -> Any:
    """Return `value` as JSON can hold it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return str(value)


def as_text(about: Mapping[str, str], tables: Sequence[Table]) -> str:
    """Return the package as the JSON text that is kept sealed."""
    return json.dumps(
        {
            "about": dict(about),
            "tables": [
                {
                    "source": table.source,
                    "namespace": table.namespace,
                    "name": table.name,
                    "found_by": list(table.ways),
                    "rows": list(table.rows),
                }
                for table in tables
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def as_zip(text: str) -> bytes:
    """Return the kept package as a zip file: JSON, a CSV per table, a manifest with hashes."""
    package = json.loads(text)
    files = {"README.txt": README, "data.json": text}
    for number, table in enumerate(package["tables"], start=1):
        safe = re.sub(r"[^\w.-]+", "_", table["name"])[:100]
        files[f"tables/{number:02d}_{safe}.csv"] = _csv(table["rows"])
    hashes = {name: hashlib.sha256(body.encode()).hexdigest() for name, body in files.items()}
    manifest = json.dumps({**package["about"], "sha256": hashes}, ensure_ascii=False, indent=1)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in {**files, "manifest.json": manifest}.items():
            archive.writestr(name, body)
    return made.getvalue()


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made)
    if rows:
        writer.writerow(rows[0])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return made.getvalue()


def _cell(value: Any) -> Any:
    """A spreadsheet must not run what a database says."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
