"""Folders of files as sources: what is listed, and that nothing else can be read."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Measure, Where
from catalog.connectors.registry import connect
from tests.catalog.connectors.local_files import as_nobody, failure, write

ORDER = "SELECT {n} AS id, 'x' AS note, {{'a': 1, 'b': [1]}} AS more, 1.5::decimal(10,2) AS amount"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    root = tmp_path / "lake.v1"
    for year in (2024, 2025):
        write(root / f"orders/year={year}/part-0.parquet", ORDER.format(n=year))
    write(root / "months/2024-01.csv", "SELECT 1 AS id, 'a' AS code")
    write(root / "months/2024-02.csv", "SELECT 2 AS id, 'b' AS code, 7 AS added")
    write(root / "towns/1.csv", "SELECT 1 AS id, 'a' AS code")
    write(root / "towns/2.csv", "SELECT 1 AS id, 'a' AS other")
    write(root / "people.json", "SELECT 'lena' AS name, [1, 2] AS rooms", "(ARRAY true)")
    write(root / "log.jsonl.gz", "SELECT 1 AS at, {'k': 'v'} AS said", "(FORMAT json, COMPRESSION gzip)")
    write(root / "tabs.tsv", "SELECT 1 AS a, 2 AS b", "(DELIMITER '\t')")
    write(root / "_temporary/x.parquet", "SELECT 1")
    (root / "broken.parquet").write_bytes(b"PAR1 nothing that makes sense PAR1")
    (root / "empty.csv").touch()
    write(tmp_path / "outside.csv", "SELECT 'secret of the house' AS said")
    (root / "link.csv").symlink_to(tmp_path / "outside.csv")
    return root


@pytest.fixture
def opened(lake):
    return connect("files", {"root": str(lake)}, "")


def ref(lake: Path, name: str) -> TableRef:
    return TableRef(str(lake), "", name)


def listed(opened):
    return {each.name: each for each in opened.snapshot().tables}


def test_files_and_folders_of_parts_are_datasets(opened, lake):
    steps = []

    found = opened.snapshot(lambda done, total, said: steps.append((done, total)))

    assert [(each.name, each.extra.get("files")) for each in found.tables] == [
        ("broken.parquet", 1),
        ("empty.csv", 1),
        ("log.jsonl.gz", 1),
        ("months", 2),
        ("orders", 2),
        ("people.json", 1),
        ("tabs.tsv", 1),
        ("towns/1.csv", 1),
        ("towns/2.csv", 1),
    ]
    assert {each.kind for each in found.tables} == {"file"}
    assert (found.scopes[0].proven, found.scopes[0].kind) == (True, "folder")
    assert steps[-1] == (3, 3)


def test_names_are_whole_paths(opened, lake):
    assert opened.namespace == "file"
    assert opened.dataset_name(ref(lake, "months")) == f"{lake}/months"
    assert opened.dataset_name(ref(lake, ".")) == str(lake)
    assert connect("files", {"root": str(lake), "authority": "nas"}, "").namespace == "file://nas"


def test_parquet_says_its_types_rows_bytes_and_time(opened, lake):
    file = lake / "orders/year=2025/part-0.parquet"
    at = datetime(2026, 3, 1, tzinfo=UTC)
    os.utime(file, (at.timestamp(), at.timestamp()))
    os.utime(lake / "orders/year=2024/part-0.parquet", (0, 0))

    found = listed(opened)["orders"]

    assert [(each.name, each.data_type) for each in found.columns] == [
        ("id", "INTEGER"),
        ("note", "VARCHAR"),
        ("more", "STRUCT(a INTEGER, b INTEGER[])"),
        ("amount", "DECIMAL(10,2)"),
        ("year", "BIGINT"),
    ]
    assert (found.row_estimate, found.partitions, found.modified_at) == (2, 2, at)
    assert found.size_bytes == sum(each.stat().st_size for each in lake.glob("orders/*/*"))
    assert found.extra == {
        "format": "parquet",
        "files": 2,
        "compression": "snappy",
        "partition_keys": ["year"],
    }


def test_text_files_say_their_columns_and_no_rows(opened):
    found = listed(opened)

    assert [(each.name, each.data_type) for each in found["months"].columns] == [
        ("id", "BIGINT"),
        ("code", "VARCHAR"),
        ("added", "BIGINT"),
    ]
    assert found["months"].row_estimate is None
    assert [each.name for each in found["tabs.tsv"].columns] == ["a", "b"]
    assert [each.data_type for each in found["people.json"].columns] == ["VARCHAR", "BIGINT[]"]
    assert [each.data_type for each in found["log.jsonl.gz"].columns] == ["BIGINT", "STRUCT(k VARCHAR)"]
    assert found["log.jsonl.gz"].extra["compression"] == "gzip"


def test_a_broken_file_is_listed_with_what_is_wrong(opened):
    found = listed(opened)

    assert found["broken.parquet"].size_bytes == 34
    assert "broken.parquet" in found["broken.parquet"].extra["problem"]
    assert found["empty.csv"].extra["problem"] == "The file is empty."
    assert found["empty.csv"].columns == ()


def test_a_broken_part_leaves_the_dataset_whole(opened, lake):
    (lake / "months/2024-03.csv").touch()
    (lake / "orders/year=2026").mkdir()
    (lake / "orders/year=2026/part-0.parquet").write_bytes(b"PAR1 nothing")

    found = listed(opened)

    assert found["months"].extra["problem"] == "months/2024-03.csv: The file is empty."
    assert len(found["months"].columns) == 3
    assert (found["orders"].extra["files"], found["orders"].row_estimate) == (3, None)


def test_what_a_column_must_hold_is_read_from_the_footer(tmp_path):
    write(tmp_path / "a.parquet", "SELECT 1 AS id, NULL::int AS hole")

    found = connect("files", {"root": str(tmp_path)}, "").snapshot().tables[0]

    assert [each.nullable for each in found.columns] == [True, True]  # DuckDB writes all as optional


def test_a_root_of_parts_is_a_dataset_itself(lake):
    found = connect("files", {"root": str(lake / "months")}, "").snapshot().tables

    assert [(each.name, len(each.columns)) for each in found] == [(".", 3)]


def test_patterns_are_about_paths(lake):
    given = {"root": str(lake), "include": ["orders/*", "*.json"], "exclude": "*2024*"}
    some, fresh = connect("files", given, ""), connect("files", given, "")

    assert {name: each.extra["files"] for name, each in listed(some).items()} == {
        "orders": 1,
        "people.json": 1,
    }
    names = ("orders", "people.json", "2024.json", "tabs.tsv", "months")
    assert some.covers(ref(lake, "orders"))  # it was found
    assert [fresh.covers(ref(lake, name)) for name in names] == [False, True, False, False, False]
    wide = connect("files", {"root": str(lake), "include": "orders/*", "exclude": "months/*"}, "")
    assert [wide.covers(ref(lake, name)) for name in ("orders", "months")] == [True, False]
    assert not some.covers(TableRef("elsewhere", "", "people.json"))
    assert [each.name for each in some.snapshot(only=[ref(lake, "people.json")]).tables] == ["people.json"]


def test_too_many_files_are_refused(lake):
    with pytest.raises(ConnectorError, match="more than 3 files") as refused:
        connect("files", {"root": str(lake), "most_files": 3}, "").snapshot()

    assert refused.value.field == "most_files"


def test_the_probe_differs_when_a_file_does(opened, lake):
    before = opened.probe()

    assert (opened.probe(), list(before)) == (before, [str(lake)])
    write(lake / "towns/2.csv", "SELECT 1 AS id, 'a much longer text' AS other")
    assert opened.probe() != before


def test_datasets_are_tables_of_queries(opened, lake):
    orders = ref(lake, "orders")

    assert opened.count_where(orders) == 2
    assert opened.count_where(orders, [Where("year", "eq", "2025")]) == 1
    assert opened.aggregate(orders, [Measure("most", "max", "id"), Measure("rows", "count")]) == {
        "most": 2025,
        "rows": 2,
    }
    assert opened.select(orders, ["note", "year"], [Where("id", "in", [2024])]).values == (("x", 2024),)
    assert opened.rows(
        'SELECT sum(id) AS n FROM months JOIN "people.json" ON name = :name', {"name": "lena"}
    ).values == ((3,),)
    assert len(opened.sample(ref(lake, "months"), ["id", "added"]).values) == 2
    with pytest.raises(ConnectorError) as refused:
        opened.count_where(ref(lake, "nowhere.csv"))
    assert refused.value.kind == "missing"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{outside}/outside.csv')",
        "SELECT * FROM '{outside}/outside.csv'",
        "SELECT * FROM read_text('{lake}/../outside.csv')",
        "SELECT * FROM read_text('{lake}/link.csv')",
        'SELECT * FROM "link.csv"',
        "SELECT * FROM read_parquet('{lake}/_temporary/x.parquet')",
        "SELECT * FROM glob('{outside}/*')",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{lake}/months/2024-01.csv'",
        "COPY (SELECT 1) TO '{lake}/new.csv'",
        "SELECT 1; COPY (SELECT 1) TO '{lake}/new.csv'",
        "ATTACH '{lake}/new.duckdb'",
        "SET allowed_paths = ['/etc/passwd']",
        "SELECT * FROM read_csv('https://localhost/a.csv')",
    ],
)
def test_nothing_else_is_read_and_nothing_is_written(opened, lake, statement):
    before = {each: each.read_bytes() for each in lake.rglob("*") if each.is_file()}

    refused = failure(opened, statement.format(outside=lake.parent, lake=lake))

    assert refused.kind in {"permission", "missing", "query"}
    assert "secret of the house" not in refused.message
    assert {each: each.read_bytes() for each in lake.rglob("*") if each.is_file()} == before


def test_what_is_excluded_cannot_be_read_either(lake):
    some = connect("files", {"root": str(lake), "exclude": ["people.json"]}, "")

    assert failure(some, f"SELECT * FROM read_json('{lake}/people.json')").kind == "permission"
    assert failure(some, 'SELECT * FROM "people.json"').kind in {"missing", "permission"}


def test_a_slow_query_is_given_up(lake):
    impatient = connect("files", {"root": str(lake), "statement_timeout": 1}, "")

    assert failure(impatient, "SELECT count(*) FROM range(100000000000)").kind == "timeout"


def test_the_folder_answers(opened):
    found = opened.test()

    assert [(check.name, check.ok) for check in found.checks] == [("list", True), ("read", True)]


@pytest.mark.parametrize("make", [lambda at: None, lambda at: at.write_text("x")])
def test_what_is_no_folder_names_the_setting(tmp_path, make):
    make(tmp_path / "x")

    with pytest.raises(ConnectorError) as refused:
        connect("files", {"root": str(tmp_path / "x")}, "").test()

    assert (refused.value.kind, refused.value.field) == ("unreachable", "root")


def test_a_closed_folder_leaves_the_listing_unproven(opened, lake):
    assert opened.snapshot().scopes[0].proven

    with as_nobody(lake / "towns"):
        found, checks = opened.snapshot(), opened.test().checks

    assert "towns" in found.scopes[0].unproven
    assert next(check for check in checks if check.name == "towns").remedy.startswith("setfacl")


def test_a_root_that_may_not_be_entered_names_the_setting(opened, lake):
    with as_nobody(lake), pytest.raises(ConnectorError, match="setfacl") as refused:
        opened.snapshot()

    assert (refused.value.kind, refused.value.field) == ("permission", "root")


def test_a_file_that_may_not_be_read_is_listed_with_what_is_wrong(opened, lake):
    opened.snapshot()

    with as_nobody(lake / "broken.parquet"):
        found, checks = opened.snapshot(), opened.test().checks

    assert "ermission" in found.tables[0].extra["problem"]
    assert (checks[-1].ok, checks[-1].remedy.split()[0]) == (False, "setfacl")
