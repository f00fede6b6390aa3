"""A link that somebody puts where a file was listed is not followed."""

from pathlib import Path

import pytest

from catalog.connectors.registry import connect
from tests.catalog.connectors.local_files import failure, write


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    root = tmp_path / "lake"
    write(root / "tabs.tsv", "SELECT 1 AS a, 2 AS b", "(DELIMITER '\t')")
    write(root / "orders/year=2025/part-0.parquet", "SELECT 1 AS id")
    write(root / "months/2024-01.csv", "SELECT 1 AS id")
    write(root / "months/2024-02.csv", "SELECT 2 AS id")
    for name in ("outside.csv", "2024-01.csv", "part-0.parquet"):
        write(tmp_path / name, "SELECT 'secret of the house' AS said")
    return root


@pytest.mark.parametrize(
    ("name", "outside"), [("tabs.tsv", "outside.csv"), ("orders/year=2025", "."), ("months", ".")]
)
def test_one_put_there_after_the_listing(lake, name, outside):
    def swap(done, total, said):
        if done == 0 and "files" in said:  # listed, and not looked into
            (lake / name).rename(lake / "_away")
            (lake / name).symlink_to(lake.parent / outside)

    found = connect("files", {"root": str(lake)}, "").snapshot(swap).tables

    assert "said" not in {column.name for each in found for column in each.columns}
    assert "replaced while it was read" in repr(found)


def test_one_put_there_before_a_query(lake, monkeypatch):
    opened = connect("files", {"root": str(lake)}, "")
    listed = opened._session.entries

    def swapped():
        found = listed()
        (lake / "tabs.tsv").unlink()
        (lake / "tabs.tsv").symlink_to(lake.parent / "outside.csv")
        return found

    monkeypatch.setattr(opened._session, "entries", swapped)

    assert failure(opened, 'SELECT * FROM "tabs.tsv"').message == "“tabs.tsv” was replaced while it was read."
