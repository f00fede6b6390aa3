"""Sakila on both servers, compared with what the servers themselves say by other ways: not one difference."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.connectors.metadata import TableRef
from catalog.connectors.registry import connect
from tests.catalog.connectors.mysql_server import MyScratch, my_scratch
from tests.catalog.connectors.servers import Scratch

SAKILA = Path(__file__).parents[4] / "shared/data/databases/sakila"

pytestmark = pytest.mark.skipif(not SAKILA.is_dir(), reason="the real databases are not beside this checkout")


@pytest.fixture(scope="module")
def sakila(shared_scratch) -> Scratch:
    """Schema and rows on PostgreSQL."""
    shared_scratch.run((SAKILA / "postgres-sakila-schema.sql").read_text())
    data = (SAKILA / "postgres-sakila-insert-data-using-copy.sql").read_text()
    parts = re.split(r"^(COPY [^;]+ FROM stdin;)\n(.*?)^\\\.$", data, flags=re.MULTILINE | re.DOTALL)
    for plain, copy, rows in zip(parts[::3], [*parts[1::3], ""], [*parts[2::3], ""], strict=True):
        shared_scratch.run(plain)
        if copy:
            with shared_scratch.connection.cursor().copy(copy) as target:
                target.write(rows)
    shared_scratch.run("ANALYZE", "SET search_path = ''")
    return shared_scratch


def ask(sakila, query):
    return sakila.connection.execute(query).fetchall()


def public(snapshot):
    return {each.name: each for each in snapshot.tables if each.schema == "public"}


def test_postgresql_lists_the_same_tables_and_columns(sakila):
    found = public(sakila.snapshot())

    assert {(name, each.kind == "view") for name, each in found.items()} == set(
        ask(
            sakila,
            """SELECT table_name, table_type = 'VIEW' FROM information_schema.tables
               WHERE table_schema = 'public'""",
        )
    )
    columns = ask(
        sakila,
        """SELECT table_name, column_name, rank() OVER (PARTITION BY table_name ORDER BY ordinal_position),
                  CASE WHEN domain_name IS NOT NULL THEN domain_schema || '.' || domain_name
                       WHEN data_type = 'USER-DEFINED' THEN udt_schema || '.' || udt_name
                       WHEN data_type = 'ARRAY' THEN substr(udt_name, 2) || '[]'
                       WHEN character_maximum_length IS NOT NULL
                       THEN data_type || '(' || character_maximum_length || ')'
                       WHEN data_type = 'numeric' AND numeric_precision IS NOT NULL
                       THEN 'numeric(' || numeric_precision || ',' || numeric_scale || ')'
                       ELSE data_type END,
                  is_nullable = 'YES', column_default
           FROM information_schema.columns WHERE table_schema = 'public'""",
    )
    assert len(columns) > 150
    assert {
        (table, each.name, each.position, each.data_type, each.nullable, each.default)
        for table, facts in found.items()
        for each in facts.columns
    } == set(columns)


def test_postgresql_lists_the_same_keys(sakila):
    found = public(sakila.snapshot())

    keys = ask(
        sakila,
        """SELECT c.table_name, array_agg(k.column_name::text ORDER BY k.ordinal_position)
           FROM information_schema.table_constraints c
           JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
           WHERE c.constraint_type = 'PRIMARY KEY' AND c.table_schema = 'public' GROUP BY 1""",
    )
    assert {name: list(each.primary_key) for name, each in found.items() if each.primary_key} == dict(keys)
    references = ask(
        sakila,
        """SELECT k.table_name, k.constraint_name,
                  array_agg(k.column_name::text ORDER BY k.ordinal_position), t.table_name,
                  array_agg(t.column_name::text ORDER BY k.ordinal_position)
           FROM information_schema.referential_constraints r
           JOIN information_schema.key_column_usage k
             ON (k.constraint_schema, k.constraint_name) = (r.constraint_schema, r.constraint_name)
           JOIN information_schema.key_column_usage t
             ON (t.constraint_schema, t.constraint_name)
              = (r.unique_constraint_schema, r.unique_constraint_name)
            AND t.ordinal_position = k.position_in_unique_constraint
           GROUP BY 1, 2, 4""",
    )
    told = [
        (name, key.name, list(key.columns), key.target_table, list(key.target_columns))
        for name, each in found.items()
        for key in each.foreign_keys
    ]
    assert sorted(told) == sorted(references)
    assert len(told) > 30


def test_postgresql_lists_the_same_indexes(sakila):
    found = public(sakila.snapshot())

    indexes = ask(
        sakila, "SELECT tablename, indexname, indexdef FROM pg_catalog.pg_indexes WHERE schemaname = 'public'"
    )
    counted = sum(len(each.indexes) + len(each.unique) + bool(each.primary_key) for each in found.values())
    assert counted == len(indexes)
    shapes = {(table, name): definition for table, name, definition in indexes}
    for table, facts in found.items():
        for each in facts.indexes:
            assert f"USING {each.method} ({', '.join(each.columns)})" in shapes[table, each.name]


def test_postgresql_says_what_views_read_and_how_much_there_is(sakila):
    found = public(sakila.snapshot())

    used = defaultdict(set)
    for view, schema, table in ask(
        sakila,
        """SELECT view_name, table_schema, table_name FROM information_schema.view_table_usage
           WHERE view_schema = 'public'""",
    ):
        used[view].add(TableRef(sakila.name, schema, table))
    views = {name: each for name, each in found.items() if each.kind == "view"}
    assert {name: set(each.depends_on) for name, each in views.items()} == used
    for name, each in found.items():
        (count,) = ask(sakila, f'SELECT count(*) FROM public."{name}"')[0]
        assert sakila.connector().count_where(each.ref) == count
        if each.kind == "table" and name != "payment":  # the parent of six others holds no rows itself
            assert each.row_estimate == count
    assert found["rental"].row_estimate == 16044


@pytest.fixture(scope="module")
def my_sakila() -> Iterator[MyScratch]:
    """Tables and views on MariaDB, without the routines."""
    with my_scratch() as scratch:
        text = (SAKILA / "mysql-sakila-schema.sql").read_text()
        text = re.sub(r"^DELIMITER (?!;$).*?^DELIMITER ;$", "", text, flags=re.MULTILINE | re.DOTALL)
        text = text.replace("sakila.", f"{scratch.name}.")
        text = re.sub(r"^(--.*|(DROP|CREATE) SCHEMA.*|USE .*)$", "", text, flags=re.MULTILINE)
        scratch.run(*(each for each in text.split(";\n") if each.strip()))
        yield scratch


def test_mariadb_lists_the_same_tables_columns_and_keys(my_sakila):
    snapshot = connect("mysql", my_sakila.settings(), "").snapshot()
    found = {each.name: each for each in snapshot.tables}

    listed = my_sakila.ask("SHOW FULL TABLES")
    assert {(name, each.kind == "view") for name, each in found.items()} == {
        (name, kind == "VIEW") for name, kind in listed
    }
    assert (len(listed), snapshot.scopes[0].proven) == (23, True)
    for name, facts in found.items():
        described = my_sakila.ask(f"SHOW FULL COLUMNS FROM `{name}`")
        assert [(each.name, each.data_type, each.nullable, each.comment) for each in facts.columns] == [
            (row[0], row[1], row[3] == "YES", row[8]) for row in described
        ]
        keys = defaultdict(list)
        for row in my_sakila.ask(f"SHOW INDEX FROM `{name}`"):
            keys[row[2], bool(row[1])].append(row[4])
        unique = [tuple(columns) for (key, many), columns in keys.items() if not many and key != "PRIMARY"]
        assert facts.primary_key == tuple(keys.get(("PRIMARY", False), ()))
        assert sorted(facts.unique) == sorted(unique)
        assert {(each.name, each.columns) for each in facts.indexes} == {
            (key, tuple(columns)) for (key, many), columns in keys.items() if many
        }


REFERENCE = re.compile(r"CONSTRAINT `(.+?)` FOREIGN KEY \((.+?)\) REFERENCES `(.+?)` \((.+?)\)")


def test_mariadb_lists_the_same_references_and_view_sql(my_sakila):
    found = connect("mysql", my_sakila.settings(), "").snapshot().tables

    references = 0
    for facts in found:
        shown = my_sakila.ask(f"SHOW CREATE TABLE `{facts.name}`")[0][1]
        if facts.kind == "view":
            home = f"`{my_sakila.name}`."
            shown = shown.replace("_utf8mb4'", "'").replace("_utf8mb3'", "'")  # said here only
            assert facts.view_sql.replace(home, "") in shown.replace(home, "")
            assert facts.depends_on
            continue
        told = {
            (key.name, ticked(key.columns), key.target_table, ticked(key.target_columns))
            for key in facts.foreign_keys
        }
        assert told == set(REFERENCE.findall(shown))
        references += len(told)
    assert references == 22


def ticked(columns):
    return ", ".join(f"`{each}`" for each in columns)
