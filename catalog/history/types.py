"""Which types of SQL hold everything that another one holds. Knows no Django."""

import re

INTEGERS = {
    "tinyint": 8, "int1": 8, "smallint": 16, "int2": 16, "smallserial": 16, "mediumint": 24, "integer": 32,
    "int": 32, "int4": 32, "serial": 32, "bigint": 64, "int8": 64, "bigserial": 64, "hugeint": 128,
}  # fmt: skip
FLOATS = {"real": 24, "float4": 24, "float": 24, "double precision": 53, "float8": 53, "double": 53}
EXACT = {"numeric", "decimal", "number"}
TEXTS = {"char", "character", "varchar", "character varying", "text", "string", "nvarchar", "bpchar"}
UNBOUNDED = {"text", "string"}
TYPE = re.compile(r"\s*([a-z][a-z0-9 ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*")
ENDLESS = 10**9


def widens(before: str, after: str) -> bool:
    """Whether `after` surely holds every value of `before`, told the same way. Unknown types hold nothing.

    `varchar(20)` to `text`, `int` to `bigint`, `real` to `double`, `numeric(8,2)` to `numeric(10,2)`.
    """
    old, new = _parsed(before), _parsed(after)
    if old is None or new is None:
        return False
    for family in (_integers, _floats, _exact, _texts):
        size_before, size_after = family(*old), family(*new)
        if size_before and size_after:
            return all(now >= was for was, now in zip(size_before, size_after, strict=True))
    return False


Parsed = tuple[str, int | None, int | None]


def _parsed(said: str) -> Parsed | None:
    found = TYPE.fullmatch(said.lower())
    if found is None:
        return None
    name, first, second = found.groups()
    return name, int(first) if first else None, int(second) if second else None


def _integers(name: str, first: int | None, second: int | None) -> tuple[int, ...]:
    return (INTEGERS[name],) if name in INTEGERS else ()


def _floats(name: str, first: int | None, second: int | None) -> tuple[int, ...]:
    return (FLOATS[name],) if name in FLOATS else ()


def _exact(name: str, first: int | None, second: int | None) -> tuple[int, ...]:
    """Digits before the point, and after it."""
    if name not in EXACT:
        return ()
    if first is None:
        return ENDLESS, ENDLESS
    return first - (second or 0), second or 0


def _texts(name: str, first: int | None, second: int | None) -> tuple[int, ...]:
    if name not in TEXTS:
        return ()
    fixed = name in {"char", "character", "bpchar"}
    usual = 1 if fixed else ENDLESS
    # Text of fixed length is told with blanks at its end: its own family in all but one direction.
    return (ENDLESS if name in UNBOUNDED else first or usual,)
