"""Rows as a CSV that a spreadsheet can open without running anything in it. Knows no Django."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")  # https://owasp.org/www-community/attacks/CSV_Injection
BYTE_ORDER_MARK = "\ufeff"  # or Excel reads UTF-8 as something else


def cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula; nothing for None."""
    text = "" if value is None else str(value)
    return f"'{text}" if _is_dangerous(text) else text


def plain(text: str) -> str:
    """What `cell` was given: a mark that stands before something dangerous is taken away."""
    return text[1:] if text.startswith("'") and _is_dangerous(text) else text


def _is_dangerous(text: str) -> bool:
    """Whether it would run, also below marks that somebody wrote themselves."""
    return text.lstrip("'").startswith(DANGEROUS)


def sheet(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The whole file."""
    written = StringIO()
    written.write(BYTE_ORDER_MARK)
    writer = csv.writer(written)
    writer.writerow(heading)
    writer.writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()
