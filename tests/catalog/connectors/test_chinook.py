"""Chinook in a SQLite and in a DuckDB file: listed as each engine describes it itself."""

import sqlite3

import duckdb

from catalog.connectors.registry import connect
from tests.catalog.connectors.local_files import DATA, needs_real_data


@needs_real_data
def test_chinook_is_listed_as_sqlite_itself_describes_it():
    path = DATA / "chinook/Chinook_Sqlite.sqlite"
    own_view = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    names = [
        row[0] for row in own_view.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")
    ]

    found = connect("sqlite", {"path": str(path)}, "").snapshot()

    assert [each.name for each in found.tables] == names
    assert len(names) == 11
    for each in found.tables:
        columns = list(own_view.execute("SELECT * FROM pragma_table_info(?)", [each.name]))
        assert [(c.name, c.data_type, not c.nullable, c.default) for c in each.columns] == [
            (name, kind, bool(needed), default) for _, name, kind, needed, default, _ in columns
        ]
        assert set(each.primary_key) == {row[1] for row in columns if row[5]}
        keys = list(own_view.execute("SELECT * FROM pragma_foreign_key_list(?)", [each.name]))
        assert {(k.target_table, k.columns[0], k.target_columns[0]) for k in each.foreign_keys} == {
            (row[2], row[3], row[4]) for row in keys
        }
        indexes = own_view.execute("SELECT name FROM pragma_index_list(?) WHERE origin = 'c'", [each.name])
        assert {index.name for index in each.indexes} == {row[0] for row in indexes}
        assert each.row_estimate == own_view.execute(f'SELECT count(*) FROM "{each.name}"').fetchone()[0]
    own_view.close()


@needs_real_data
def test_chinook_in_duckdb_is_listed_as_duckdb_itself_describes_it(tmp_path):
    path = tmp_path / "chinook.duckdb"
    script = (DATA / "chinook/Chinook_PostgreSql.sql").read_text()
    with duckdb.connect(str(path)) as writer:
        for statement in script.split(";\n"):
            if "CREATE TABLE" in statement or "INSERT INTO" in statement:
                writer.execute(statement)
    with duckdb.connect(str(path), read_only=True) as own_view:
        described = own_view.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
            " ORDER BY 1, ordinal_position"
        ).fetchall()
        tables = sorted({row[0] for row in described})
        counts = {name: own_view.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
        keys = own_view.execute(
            "SELECT table_name, list(column_name ORDER BY ordinal_position)"
            " FROM information_schema.key_column_usage"
            " JOIN information_schema.table_constraints USING (constraint_name, table_name)"
            " WHERE constraint_type = 'PRIMARY KEY' GROUP BY 1"
        ).fetchall()

    found = connect("duckdb", {"path": str(path)}, "").snapshot().tables

    assert len(tables) == 11
    assert [
        (each.name, column.name, column.data_type, "YES" if column.nullable else "NO")
        for each in found
        for column in each.columns
    ] == described
    assert {each.name: each.row_estimate for each in found} == counts
    assert {each.name: list(each.primary_key) for each in found} == dict(keys)
