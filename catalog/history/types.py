"""Which types of SQL hold everything that another one holds. Knows no Django.

Types are read as the engines spell them in their catalogs: PostgreSQL's `format_type`, MySQL's
`column_type`, what a SQLite table declares, what DuckDB describes. A type that is told in another way than
before (a number as text, a date as a moment) holds nothing of it, though every value would fit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

ENDLESS = 10**10
SIGNED = {
    "tinyint": 8, "int1": 8, "smallint": 16, "int2": 16, "smallserial": 16, "int16": 16, "mediumint": 24,
    "integer": 32, "int": 32, "int4": 32, "serial": 32, "int32": 32, "bigint": 64, "bigserial": 64,
    "int64": 64, "long": 64, "hugeint": 128,
}  # fmt: skip
UNSIGNED = {
    "utinyint": 8, "uint8": 8, "usmallint": 16, "uint16": 16, "uinteger": 32, "uint32": 32, "ubigint": 64,
    "uint64": 64, "uhugeint": 128,
}  # fmt: skip
FLOATS = {"real": 24, "float4": 24, "float32": 24, "float": 24, "double": 53, "float8": 53, "float64": 53}
TEXTS = {  # (most letters of a value, letters that surely fit): MySQL counts bytes, of which a letter takes 4
    "tinytext": (255, 63),
    "text": (ENDLESS, ENDLESS),
    "string": (ENDLESS, ENDLESS),
    "mediumtext": (ENDLESS + 1, ENDLESS + 1),
    "longtext": (ENDLESS + 2, ENDLESS + 2),
}
BYTES = {
    "tinyblob": 2**8, "blob": 2**16, "mediumblob": 2**24, "longblob": 2**32, "bytea": ENDLESS,
    "bytes": ENDLESS,
}  # fmt: skip
DUCKDB_MOMENTS = {  # digits of a second, and the years they reach
    "timestamp_s": (0, 2), "timestamp_ms": (3, 2), "timestamp": (6, 2), "timestamp_ns": (9, 1)
}  # fmt: skip
ALIASES = {
    "character varying": "varchar", "varchar2": "varchar", "national varchar": "nvarchar",
    "nvarchar2": "nvarchar", "character": "char", "bpchar": "char", "dec": "numeric", "decimal": "numeric",
    "number": "numeric", "fixed": "numeric", "double precision": "double", "bool": "boolean",
    "bit varying": "varbit", "timestamptz": "timestamp with time zone",
    "timestamp_tz": "timestamp with time zone", "timetz": "time with time zone",
}  # fmt: skip
TYPE = re.compile(r"([a-z_][a-z0-9_ ]*?)\s*(?:\(([^()]*)\))?((?:\s+[a-z]+)*)")
ARRAY = re.compile(r"(?:array<(?P<of>.+)>|(?P<item>.+)\[\d*\])", re.DOTALL)
ENUM = re.compile(r"(enum|set)\s*\((.*)\)", re.DOTALL | re.IGNORECASE)
WORD = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True)
class Shape:
    """How a type tells its values: what its greatest value needs, and what surely fits."""

    family: str
    needs: tuple[int, ...]
    fits: tuple[int, ...]


def widens(before: str, after: str) -> bool:
    """Whether `after` surely holds every value of `before`, told the same way. Unknown types hold nothing.

    `varchar(20)` to `text`, `int(11)` to `int` and to `bigint`, `real` to `double`, `numeric(8,2)` to
    `numeric(10,2)`, `integer[]` to `bigint[]`, `enum('a')` to `enum('a','b')`.
    """
    if before.strip().lower() == after.strip().lower() and not ENUM.fullmatch(before.strip()):
        return True
    old, new = ENUM.fullmatch(before.strip()), ENUM.fullmatch(after.strip())
    if old and new:
        more = WORD.findall(new[2])[: len(WORD.findall(old[2]))]  # an old word keeps its number
        return old[1].lower() == new[1].lower() and WORD.findall(old[2]) == more
    return _holds(before.strip().lower(), after.strip().lower())


def _holds(before: str, after: str) -> bool:
    old, new = ARRAY.fullmatch(before), ARRAY.fullmatch(after)
    if old and new:
        return widens(old["of"] or old["item"], new["of"] or new["item"])
    pairs = [(was, now) for was, now in product(shapes(before), shapes(after)) if was.family == now.family]
    fits = (all(a <= b for a, b in zip(was.needs, now.fits, strict=True)) for was, now in pairs)
    return bool(pairs) and all(fits)


def shapes(said: str) -> list[Shape]:
    """The ways in which a type, in small letters, can be meant; of one that is not known, none."""
    found = TYPE.fullmatch(said)
    if found is None:
        return []
    name, inside, rest = found.groups()
    words = [word for word in f"{name} {rest}".split() if word not in ("signed", "zerofill")]
    unsigned = "unsigned" in words or "zerofill" in rest
    name = " ".join(word for word in words if word != "unsigned")
    numbers = _numbers(inside)
    if numbers is None:
        return []
    name = ALIASES.get(name, name)
    readings = (_integers, _exact, _floats, _texts, _bytes, _bits, _moments, _others)
    return [shape for read in readings for shape in read(name, numbers, unsigned)]


def _numbers(inside: str | None) -> tuple[int, ...] | None:
    """What stands in the brackets; None when that is no number."""
    words = [word.strip() for word in inside.split(",")] if inside else []
    return tuple(map(int, words)) if all(re.fullmatch(r"-?\d+", word) for word in words) else None


def _same(family: str, *size: int) -> Shape:
    return Shape(family, size, size)


def _integers(name: str, numbers: tuple[int, ...], unsigned: bool) -> Iterator[Shape]:
    """Bits below zero and above it. The number in brackets is a width of display, but MySQL's boolean."""
    if name == "tinyint" and numbers == (1,):
        yield _same("boolean", 1)
    elif name == "int8":  # eight bytes in PostgreSQL's words, eight bits in Arrow's
        yield Shape("integer", (63, 63), (7, 7))
    elif name in UNSIGNED:
        yield _same("integer", 0, UNSIGNED[name])
    elif name in SIGNED:
        yield _same("integer", *((0, SIGNED[name]) if unsigned else (SIGNED[name] - 1, SIGNED[name] - 1)))


def _exact(name: str, numbers: tuple[int, ...], unsigned: bool) -> Iterator[Shape]:
    """Digits before the point, digits after it, and whether it goes below zero."""
    if name == "numeric":
        digits, after = (*numbers, 0)[:2] if numbers else (2 * ENDLESS, ENDLESS)
        yield _same("exact", digits - after, after, 0 if unsigned else 1)


def _floats(name: str, numbers: tuple[int, ...], unsigned: bool) -> Iterator[Shape]:
    """Bits; MySQL rounds `float(7,4)` to digits. `float(53)` says its bits."""
    if name not in FLOATS:
        return
    bits = FLOATS[name]
    if name == "float" and len(numbers) == 1:
        bits = 24 if numbers[0] <= 24 else 53
    before, after = (numbers[0] - numbers[1], numbers[1]) if len(numbers) == 2 else (ENDLESS, ENDLESS)
    yield _same("float", bits, before, after, 0 if unsigned else 1)


def _texts(name: str, numbers: tuple[int, ...], unsigned: bool) -> Iterator[Shape]:
    """Letters, whether of every alphabet, and whether as written: fixed lengths are filled with blanks."""
    if name in TEXTS and not numbers:
        needs, fits = TEXTS[name]
        yield Shape("text", (needs, 0, 0), (fits, 1, 1))
    elif name in TEXTS or name in {"varchar", "nvarchar", "char", "nchar"}:
        fixed, wide = name in {"char", "nchar"}, name in {"nvarchar", "nchar"}
        length = numbers[0] if numbers else 1 if fixed else ENDLESS
        every = wide or name in TEXTS or length == ENDLESS
        as_written = int(not fixed)
        yield Shape("text", (length, int(wide), as_written), (length, int(every), as_written))


def _bytes(name: str, numbers: tuple[int, ...], unsigned: bool) -> Iterator[Shape]:
    if name in {"binary", "varbinary"}:
        length = numbers[0] if numbers else 1 if name == "binary" else ENDLESS
        yield Shape("bytes", (length, int(name != "binary")), (length, int(name != "binary")))
    elif name in BYTES:
        yield Shape("bytes", (BYTES[name], 0), (BYTES[name], 1))


def _bits(name: str, numbers: tuple[int, ...], unsigned: bool) -> Iterator[Shape]:
    if name in {"bit", "varbit"}:
        yield _same(name, numbers[0] if numbers else 1 if name == "bit" else ENDLESS)


def _moments(name: str, numbers: tuple[int, ...], unsigned: bool) -> Iterator[Shape]:
    """Digits of a second: none in MySQL where it says none, six elsewhere."""
    base, _, zone = name.partition(" ")
    if base in {"timestamp", "time", "datetime", "datetime2"}:
        usual = 6 if zone or base == "datetime2" else 0
        yield _same(f"{base} {zone or 'plain'}", numbers[0] if numbers else usual)
    if name in DUCKDB_MOMENTS and not numbers:
        yield _same("duckdb moment", *DUCKDB_MOMENTS[name])


def _others(name: str, numbers: tuple[int, ...], unsigned: bool) -> Iterator[Shape]:
    """Those whose number in brackets, where they have one, says nothing about values."""
    if name in {"boolean", "date", "year", "uuid", "json", "jsonb"}:
        yield _same(name, 1)
