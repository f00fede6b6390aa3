"""A glossary as a CSV file: what stands in it, row by row. Knows no Django."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO

from accesscontrol.display.sheet import BYTE_ORDER_MARK, plain

COLUMNS = (
    "slug",
    "name",
    "parent",
    "definition",
    "synonyms",
    "abbreviation",
    "domain",
    "owner",
    "reviewers",
    "status",
    "relations",
)
MOST_ROWS = 5_000


class WrongSheet(Exception):
    """The file as a whole cannot be read. The message is shown to the reader."""


@dataclass
class Row:
    """One row by its columns; a column that the file does not have is not among `cells`."""

    line: int
    cells: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def wrong(self, column: str, said: str) -> None:
        self.problems.setdefault(column, said)


def read(text: str) -> list[Row]:
    """The rows of a file that has a heading; raises WrongSheet."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    if "\0" in text:
        raise WrongSheet("This is not a text file.")
    reader = csv.reader(StringIO(text), delimiter=_delimiter(text), strict=True)
    try:
        heading = [name.strip().lower() for name in next(reader, [])]
        _check(heading)
        return list(_rows(reader, heading))
    except csv.Error as error:
        raise WrongSheet(f"Line {reader.line_num}: this is not CSV ({error}).") from error


def _rows(reader: Iterator[list[str]], heading: list[str]) -> Iterator[Row]:
    for number, cells in enumerate(reader, start=2):
        if number > MOST_ROWS + 1:
            raise WrongSheet(f"More than {MOST_ROWS:,} rows. Import it in parts.")
        if not any(cell.strip() for cell in cells):
            continue
        row = Row(number, {name: plain(cell) for name, cell in zip(heading, cells, strict=False)})
        if len(cells) != len(heading):
            row.wrong("row", f"It has {len(cells)} cells, the heading has {len(heading)}.")
        yield row


def _delimiter(text: str) -> str:
    """Spreadsheets of many countries write semicolons."""
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def _check(heading: list[str]) -> None:
    unknown = [name or "(empty)" for name in heading if name not in COLUMNS]
    if unknown:
        raise WrongSheet(f"Unknown columns: {', '.join(unknown)}. Known: {', '.join(COLUMNS)}.")
    if "name" not in heading:
        raise WrongSheet("There is no column “name”.")
    if len(set(heading)) != len(heading):
        raise WrongSheet("A column is there twice.")
