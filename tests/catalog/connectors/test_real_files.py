"""Real files, as DuckDB describes each of them by itself: not a difference."""

import zipfile
from pathlib import Path

import duckdb

from catalog.connectors.registry import connect
from tests.catalog.connectors.local_files import DATA, needs_real_data


@needs_real_data
def test_the_flights_are_listed_as_duckdb_describes_them():
    check_real(DATA / "nycflights13", 5)


@needs_real_data
def test_omop_is_listed_as_duckdb_describes_it(tmp_path):
    with zipfile.ZipFile(DATA / "synthea27_omop/Synthea27NjParquet_5.4.zip") as packed:
        packed.extractall(tmp_path)

    check_real(tmp_path, len(list(tmp_path.rglob("[!.]*.parquet"))))


def check_real(root: Path, datasets: int) -> None:
    """Compare names, types, rows and bytes with what DuckDB says of each file by itself."""
    opened = connect("files", {"root": str(root)}, "")
    found = {each.name: each for each in opened.snapshot().tables}

    assert len(found) == datasets > 4
    for name, each in found.items():
        described = duckdb.sql(f"DESCRIBE SELECT * FROM '{root / name}'").fetchall()
        assert [(column.name, column.data_type) for column in each.columns] == [row[:2] for row in described]
        rows = duckdb.sql(f"SELECT count(*) FROM '{root / name}'").fetchone()[0]
        assert each.row_estimate == (rows if name.endswith(".parquet") else None)
        assert opened.count_where(each.ref) == rows
        assert (each.size_bytes, "problem" in each.extra) == ((root / name).stat().st_size, False)
