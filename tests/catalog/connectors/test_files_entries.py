"""Which files are data, and which of them are one dataset."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.connectors.files.entries import Entry, format_of, groups, grows, is_data, packing_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def entries(*paths: str) -> list[Entry]:
    return [Entry(path, f"/lake/{path}", 1, NOW) for path in paths]


def names(*paths: str) -> dict[str, int]:
    return {each.name: len(each.files) for each in groups(entries(*paths))}


@pytest.mark.parametrize(
    ("name", "kind", "packing"),
    [
        ("a.parquet", "parquet", ""),
        ("A.CSV", "csv", ""),
        ("a.tsv.gz", "tsv", "gzip"),
        ("a.ndjson.zst", "jsonl", "zstd"),
        ("a.json", "json", ""),
        ("a.parquet.gz", "", "gzip"),
        (".csv", "", ""),
        ("a.txt", "", ""),
        ("csv", "", ""),
    ],
)
def test_the_ending_tells_the_format(name, kind, packing):
    assert (format_of(name), packing_of(name)) == (kind, packing)


@pytest.mark.parametrize(
    "path",
    [
        ".a.csv",
        "_delta_log/a.json",
        "a/.b/c.csv",
        "_a.csv",
        "a.csv.tmp",
        "a.csv.part",
        "~a.csv~",
        "a/_temporary/b.csv",
    ],
)
def test_what_is_hidden_or_unfinished_is_left_out(path):
    assert not is_data(path)
    assert is_data("_year=2025/a.csv")


def test_files_below_keys_are_one_dataset():
    found = groups(
        entries("orders/year=2024/month=1/a.parquet", "orders/year=2025/month=2/b.parquet", "airports.csv")
    )

    assert [(each.name, each.keys, len(each.files)) for each in found] == [
        ("airports.csv", (), 1),
        ("orders", ("year", "month"), 2),
    ]


@pytest.mark.parametrize(
    "paths",
    [
        ("o/year=2024/a.parquet", "o/year=2024/b.csv"),  # two formats
        ("o/year=2024/a.parquet", "o/month=2024/b.parquet"),  # other keys
        ("o/year=2024/a.parquet", "o/b.parquet"),  # data beside the keys
    ],
)
def test_keyed_files_that_do_not_agree_stand_alone(paths):
    assert names(*paths) == dict.fromkeys(paths, 1)


def test_files_whose_names_vary_in_numbers_may_be_one_dataset():
    assert names("orders/2024-01.parquet", "orders/2024-02.parquet") == {"orders": 2}
    assert names("part-0001.csv", "part-0002.csv") == {".": 2}
    one, two = "6f08fb67-6987-49d2-9cb8-a8a640691468", "c46d65e9-59b1-4293-bac0-26c93204e190"
    assert names(f"o/part-0-{one}.snappy.parquet", f"o/part-1-{two}.snappy.parquet") == {"o": 2}


@pytest.mark.parametrize(
    "paths",
    [
        ("a/countries.csv", "a/cities.csv"),
        ("a/1.csv", "a/2.parquet"),
        ("a/1.csv", "a/2.csv", "a/readme.csv"),
        ("a/1.csv", "a/2.csv", "a/b/3.csv"),
        ("a/1.csv", "a/2.csv.gz"),
    ],
)
def test_other_files_of_one_folder_stand_alone(paths):
    assert names(*paths) == dict.fromkeys(paths, 1)


def test_columns_may_grow_but_not_part_ways():
    a, ab, ac = frozenset("a"), frozenset("ab"), frozenset("ac")

    assert grows([ab, a, ab])
    assert grows([])
    assert not grows([ab, ac])
    assert not grows([a, ab, ac])


parts = st.sampled_from(["a", "b", "year=2024", "year=2025", "m=1"])
files = st.sampled_from(["1.csv", "2.csv", "x.csv", "1.parquet", "2.parquet"])
paths = st.builds(lambda folders, file: "/".join([*folders, file]), st.lists(parts, max_size=3), files)


@given(st.sets(paths, max_size=12))
def test_every_file_is_in_exactly_one_dataset_and_names_are_unique(found):
    made = groups(entries(*found))

    assert sorted(file.path for group in made for file in group.files) == sorted(found)
    assert len({group.name for group in made}) == len(made)
    assert all(len({format_of(file.path) for file in group.files}) == 1 for group in made)
