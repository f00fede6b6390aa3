"""Which types hold all that another one holds, in the words of each engine."""

from itertools import product

import pytest

from catalog.history.types import widens

WIDER = {
    "PostgreSQL": [
        "smallint -> integer -> bigint",
        "real -> double precision",
        "numeric(8,2) -> numeric(10,2) -> numeric(12,4) -> numeric",
        "numeric(5,-2) -> numeric(7,0)",
        "character(3) -> character(5) -> character varying(5) -> character varying(40) -> text",
        "character varying -> text -> character varying",
        "bit varying(3) -> bit varying(5) -> bit varying",
        "timestamp(0) without time zone -> timestamp(3) without time zone -> timestamp without time zone",
        "timestamp(3) with time zone -> timestamp with time zone",
        "time(0) without time zone -> time without time zone",
        "integer[] -> bigint[]",
        "character varying(20)[] -> text[]",
        "numeric(8,2)[][] -> numeric(9,2)[][]",
    ],
    "MySQL": [
        "int(11) -> int -> int(11) -> bigint(20)",
        "tinyint -> smallint -> mediumint -> int -> bigint",
        "tinyint unsigned -> smallint -> int",
        "int(10) unsigned zerofill -> int unsigned -> bigint",
        "tinyint(1) -> boolean -> tinyint(1)",
        "decimal(10,2) unsigned -> decimal(10,2) -> decimal(12,2)",
        "float(7,4) -> float -> double",
        "double(10,2) -> double",
        "varchar(60) -> tinytext -> varchar(255) -> text -> mediumtext -> longtext",
        "binary(16) -> varbinary(16) -> blob -> mediumblob -> longblob",
        "datetime -> datetime(3) -> datetime(6)",
        "timestamp -> timestamp(6)",
        "time -> time(6)",
        "year(4) -> year",
        "bit(1) -> bit(8)",
        "enum('a','it''s') -> enum('a','it''s','c')",
        "set('a') -> set('a','b')",
    ],
    "SQLite": ["VARCHAR(20) -> TEXT", "INTEGER -> BIGINT", "NUMERIC(10,2) -> NUMERIC"],
    "DuckDB": [
        "TINYINT -> SMALLINT -> INTEGER -> BIGINT -> HUGEINT",
        "UTINYINT -> USMALLINT -> UINTEGER -> UBIGINT -> HUGEINT",
        "FLOAT -> DOUBLE",
        "DECIMAL(18,3) -> DECIMAL(38,3)",
        "TIMESTAMP_S -> TIMESTAMP_MS -> TIMESTAMP",
        "INTEGER[3] -> INTEGER[] -> BIGINT[]",
        "ENUM('small') -> ENUM('small', 'large')",
    ],
    "SQL Server": ["varchar(20) -> nvarchar(20) -> nvarchar(40)", "datetime2(3) -> datetime2"],
    "Spark": ["array<int> -> array<bigint>", "int -> long", "varchar(5) -> string"],
}
STEPS = [
    (engine, before, after)
    for engine, chains in WIDER.items()
    for chain in chains
    for before, after in zip(chain.split(" -> "), chain.split(" -> ")[1:], strict=False)
]
NOT_WIDER = """
    text -> varchar(40); bigint -> integer; double -> real; numeric -> numeric(10,2);
    numeric(10,2) -> numeric(10,4); character varying(5) -> character(5); integer -> text; uuid -> text;
    integer -> numeric(20,0); date -> timestamp; json -> jsonb; bit(3) -> bit varying(5);
    timestamp without time zone -> timestamp with time zone; datetime -> timestamp; datetime(6) -> datetime;
    timestamp(6) -> timestamp; TIMESTAMP -> TIMESTAMP_MS; TIMESTAMP -> TIMESTAMP_NS;
    int unsigned -> int; int -> int unsigned; int -> bigint unsigned; tinyint(1) -> tinyint(4);
    tinyint(1) -> int; decimal(10,2) -> decimal(10,2) unsigned; double -> double(10,2);
    longtext -> text; varchar(255) -> tinytext; nvarchar(20) -> varchar(20); varbinary(16) -> binary(16);
    integer[] -> integer; integer[] -> integer[][]; bigint[] -> integer[]; BIGINT -> UBIGINT;
    HUGEINT -> UHUGEINT; enum('a','b') -> enum('b','a'); enum('a','b') -> enum('a'); enum('a') -> set('a');
    int8 -> int16; int64 -> int8; int4range -> int8range; public.mood -> text; STRUCT(a INTEGER) -> MAP(a, b);
    numeric(x) -> numeric; -> text; interval -> text; array<bigint> -> array<int>
"""


@pytest.mark.parametrize(("engine", "before", "after"), STEPS)
def test_a_wider_type_holds_what_the_narrower_held(engine, before, after):
    assert widens(before, after)


@pytest.mark.parametrize("step", NOT_WIDER.replace("\n", " ").split(";"))
def test_what_may_be_cut_or_is_told_otherwise_is_not_wider(step):
    before, _, after = step.strip().rpartition("-> ")

    assert not widens(before.strip(), after.strip())


@pytest.mark.parametrize("chains", WIDER.values(), ids=WIDER)
def test_of_one_engine_wider_than_wider_is_wider(chains):
    types = {each for chain in chains for each in chain.split(" -> ")}

    assert all(widens(each, each) and widens(each.upper(), f" {each} ") for each in types if "'" not in each)
    broken = {
        (a, b, c)
        for a, b, c in product(types, repeat=3)
        if widens(a, b) and widens(b, c) and not widens(a, c)
    }
    assert broken == set()
