"""The picture as rows, for everybody who reads better than they see, and as a file. Knows no Django."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

HEADS = ["Hop", "Asset", "Kind", "Place", "Domain", "Via", "State"]
RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins so
BOM = "\ufeff"  # spreadsheets guess the encoding wrong without it


class Row(NamedTuple):
    hop: float
    label: str
    url: str | None
    kind: str | None
    sub: str
    domain: str | None
    via: str
    state: str
    hidden: bool
    removed: bool
    stub: str | None  # by which its reader asks for access to what is hidden


class Unshown(NamedTuple):
    """Neighbours that the picture has left out: `of` is their neighbour's name.

    `number` is None where it is not told, beside what a policy hides.
    """

    of: str
    way: str
    number: int | None


def rows(picture: Mapping[str, Any]) -> list[Row]:
    """Return a row for each node, from the far left to the far right of the picture."""
    via = _via(picture)
    shown = [node for node in picture["nodes"] if "more_of" not in node]
    return [_row(node, via) for node in sorted(shown, key=lambda node: (node["hop"], node["y"]))]


def unshown(picture: Mapping[str, Any]) -> list[Unshown]:
    labels = {node["id"]: node.get("label", "") for node in picture["nodes"]}
    return [
        Unshown(
            labels[node["more_of"]], "downstream" if node["dir"] == "d" else "upstream", node["hidden_count"]
        )
        for node in picture["nodes"]
        if "more_of" in node
    ]


def _row(node: Mapping[str, Any], via: Mapping[str, set[str]]) -> Row:
    return Row(
        hop=node["hop"],
        label=node["label"],
        url=node["url"],
        kind=node["kind"],
        sub=node["sub"],
        domain=node["domain"],
        via=", ".join(sorted(via.get(node["id"], ()))),
        state=_state(node),
        hidden=node["hidden"],
        removed=node["removed"],
        stub=node["id"] if node["hidden"] else None,
    )


def _state(node: Mapping[str, Any]) -> str:
    if node["removed"]:
        return "removed"
    quality = {"fail": "a check fails", "pass": "checks pass"}.get(node["quality"] or "", "")
    status = node["status"] if node["status"] != "active" else ""
    return ", ".join(word for word in (status, quality) if word)


def _via(picture: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return the jobs by which each node hangs on its neighbour nearer the root."""
    hops = {node["id"]: abs(node["hop"]) for node in picture["nodes"]}
    found: dict[str, set[str]] = defaultdict(set)
    for edge in picture["edges"]:
        source, target = edge["s"], edge["t"]
        if hops[source] != hops[target]:
            found[max(source, target, key=lambda end: hops[end])] |= set(edge["jobs"])
    return found


def csv_text(picture: Mapping[str, Any]) -> str:
    """Return the rows as CSV (RFC 4180, UTF-8 with a mark), safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(HEADS)
    for row in rows(picture):
        writer.writerow([row.hop, *_cells(row)])
    return BOM + text.getvalue()


def _cells(row: Row) -> Iterator[str]:
    for value in (row.label, row.kind, row.sub, row.domain, row.via, row.state):
        text = value or ""
        yield f"'{text}" if text.startswith(RISKY) else text
