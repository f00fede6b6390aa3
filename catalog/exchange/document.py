"""Metadata as a file: one versioned JSON document, or a CSV for each kind. Knows no Django."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from accesscontrol.display.sheet import BYTE_ORDER_MARK, cell, plain
from catalog.exchange.shapes import FLAG, KINDS, NAME, NUMBER, TEXT, Row

FORMAT, VERSION = "govportal-metadata", 1
MOST_ROWS = 50_000
LARGEST = 20_000_000  # bytes


class WrongDocument(Exception):
    """The file as a whole cannot be read. The message is shown to the reader."""


@dataclass(frozen=True)
class Given:
    """A row of a file, with its number among those of its kind; `said` is whatever stands there."""

    kind: str
    number: int
    said: Any


def written(kinds: Mapping[str, Iterable[Row]]) -> Iterator[str]:
    """Yield the document piece by piece: a line for each row, so that two exports can be compared."""
    yield f'{{"format": {json.dumps(FORMAT)},\n"version": {VERSION}'
    for kind, rows in kinds.items():
        yield f',\n"{kind}": ['
        mark = "\n"
        for row in rows:
            yield mark + json.dumps(row, ensure_ascii=False, allow_nan=False)
            mark = ",\n"
        yield "]"
    yield "}\n"


def read(text: str) -> list[Given]:
    """The rows of a document, in the order of KINDS; raises WrongDocument."""
    try:
        found = json.loads(text.removeprefix(BYTE_ORDER_MARK), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise WrongDocument(f"This is not JSON: {error}.") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise WrongDocument(f'This is no export of metadata: it has no "format": "{FORMAT}".')
    if found.get("version") != VERSION:
        raise WrongDocument(f"This portal reads version {VERSION} of the format.")
    unknown = sorted(found.keys() - KINDS.keys() - {"format", "version"})
    if unknown:
        said = ", ".join(unknown).encode(errors="backslashreplace").decode()  # halves of characters
        raise WrongDocument(f"Unknown: {said}. Known are {', '.join(KINDS)}.")
    wrong = [kind for kind in KINDS if not isinstance(found.get(kind, []), list)]
    if wrong:
        raise WrongDocument(f"{', '.join(wrong)}: write a list of rows.")
    return _bounded(
        Given(kind, number, row) for kind in KINDS for number, row in enumerate(found.get(kind, []), start=1)
    )


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _bounded(rows: Iterable[Given]) -> list[Given]:
    kept: list[Given] = []
    for row in rows:
        if len(kept) == MOST_ROWS:
            raise WrongDocument(f"More than {MOST_ROWS:,} rows. Import it in parts.")
        kept.append(row)
    if not kept:
        raise WrongDocument("There is no row in it.")
    return kept


def sheet(kind: str, rows: Iterable[Row]) -> Iterator[str]:
    """Yield the CSV of one kind; a list or an object stands in its cell as JSON."""
    columns = KINDS[kind].columns
    yield BYTE_ORDER_MARK + _line(columns)
    for row in rows:
        yield _line(cell(_cell(columns[name], row[name])) if name in row else "" for name in columns)


def _line(cells: Iterable[str]) -> str:
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def _cell(kind: str, value: Any) -> Any:
    if value is None or kind in {TEXT, NAME}:
        return value
    return json.dumps(value, ensure_ascii=False)


def read_sheet(kind: str, text: str) -> list[Given]:
    """The rows of a CSV of one kind; raises WrongDocument."""
    columns = KINDS[kind].columns
    csv.field_size_limit(LARGEST)
    reader = csv.reader(StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), strict=True)
    try:
        heading = next(reader, [])
        unknown = [name or "(empty)" for name in heading if name not in columns]
        if unknown or len(set(heading)) != len(heading):
            said = f"Unknown columns: {', '.join(unknown)}." if unknown else "A column is there twice."
            raise WrongDocument(f"{said} Known are {', '.join(columns)}.")
        return _bounded(
            Given(kind, number, _row(columns, heading, cells))
            for number, cells in enumerate(reader, start=1)
            if cells
        )
    except csv.Error as error:
        raise WrongDocument(f"Line {reader.line_num}: this is not CSV ({error}).") from error


def _row(columns: Mapping[str, str], heading: list[str], cells: list[str]) -> Any:
    if len(cells) != len(heading):
        return cells
    return {name: _value(columns[name], plain(each)) for name, each in zip(heading, cells, strict=True)}


def _value(kind: str, text: str) -> Any:
    """What stands in a cell; what cannot be read stays as it is, and its row says so."""
    if kind == TEXT:
        return text
    if not text:
        return {NAME: None, NUMBER: None, FLAG: False, "place": None, "map": {}}.get(kind, [])
    if kind == NAME:
        return text
    try:
        return json.loads(text.lower() if kind == FLAG else text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text
