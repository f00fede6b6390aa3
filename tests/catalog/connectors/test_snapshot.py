"""A snapshot says what the server's catalogue says, in a fixed number of queries."""

import time

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import (
    ColumnFacts,
    ForeignKeyFacts,
    IndexFacts,
    SchemaFacts,
    Scope,
    TableFacts,
    TableRef,
)

PERSON = (
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "CREATE DOMAIN must AS text NOT NULL",
    "CREATE TABLE city (country char(2), name varchar(80), PRIMARY KEY (country, name))",
    """CREATE TABLE person (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        gone text,
        email must UNIQUE,
        price numeric(10, 2) DEFAULT 9.99,
        feeling mood DEFAULT 'ok',
        tags text[],
        twice numeric GENERATED ALWAYS AS (price * 2) STORED,
        country char(2),
        town varchar(80),
        CONSTRAINT lives FOREIGN KEY (country, town) REFERENCES city
    )""",
    "ALTER TABLE person DROP COLUMN gone",
    "CREATE UNIQUE INDEX ON person (country, town) INCLUDE (price)",
    "CREATE UNIQUE INDEX ON person (lower(town))",
    "CREATE UNIQUE INDEX ON person (town) WHERE price > 1",
    "COMMENT ON TABLE person IS 'Who buys'",
    "COMMENT ON COLUMN person.email IS 'Where to write'",
    "INSERT INTO person (email) SELECT 'p' || n FROM generate_series(1, 1000) n",
    "ANALYZE person",
)


def test_a_table_is_described_in_full(scratch):
    scratch.run(*PERSON)

    found = scratch.table("person")

    assert found.size_bytes is not None
    assert found.size_bytes >= 1000 * 24
    assert found == TableFacts(
        database=scratch.name,
        schema="public",
        name="person",
        kind="table",
        comment="Who buys",
        owner=scratch.server.user,
        row_estimate=1000,
        size_bytes=found.size_bytes,
        columns=(
            ColumnFacts("id", "bigint", 1, False, "GENERATED ALWAYS AS IDENTITY", stable_id="1"),
            ColumnFacts("email", "public.must", 2, False, None, "Where to write", "3"),
            ColumnFacts("price", "numeric(10,2)", 3, True, "9.99", stable_id="4"),
            ColumnFacts("feeling", "public.mood", 4, True, "'ok'::public.mood", stable_id="5"),
            ColumnFacts("tags", "text[]", 5, True, stable_id="6"),
            ColumnFacts(
                "twice", "numeric", 6, True, "GENERATED ALWAYS AS ((price * (2)::numeric))", stable_id="7"
            ),
            ColumnFacts("country", "character(2)", 7, True, stable_id="8"),
            ColumnFacts("town", "character varying(80)", 8, True, stable_id="9"),
        ),
        primary_key=("id",),
        unique=(("email",), ("country", "town")),
        foreign_keys=(ForeignKeyFacts("lives", ("country", "town"), "public", "city", ("country", "name")),),
        indexes=(
            IndexFacts("person_lower_idx", ("lower(town::text)",), True, "btree"),
            IndexFacts("person_town_idx", ("town",), True, "btree"),
        ),
        stable_id=scratch.oid("public.person"),
    )


def test_views_come_with_their_sql_and_what_they_read(scratch):
    scratch.run(
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.orders (id int, total numeric)",
        "CREATE TABLE customer (id int, name text)",
        "CREATE VIEW big AS SELECT * FROM sales.orders WHERE total > 100",
        """CREATE MATERIALIZED VIEW sales.report AS
            WITH best AS (SELECT id FROM public.big)
            SELECT c.name FROM public.customer c WHERE EXISTS (SELECT FROM best b WHERE b.id = c.id)""",
    )

    report = scratch.table("report", "sales")

    assert report.kind == "materialized_view"
    assert "FROM public.big" in (report.view_sql or "")
    assert report.depends_on == (
        TableRef(scratch.name, "public", "big"),
        TableRef(scratch.name, "public", "customer"),
    )
    assert scratch.table("big").depends_on == (TableRef(scratch.name, "sales", "orders"),)
    assert scratch.table("big").row_estimate is None


def test_every_kind_of_relation_is_told_apart(scratch):
    scratch.run(
        "CREATE TABLE t (id int)",
        "CREATE VIEW v AS SELECT * FROM t",
        "CREATE MATERIALIZED VIEW m AS SELECT * FROM t",
        "CREATE FOREIGN DATA WRAPPER nothing",
        "CREATE SERVER far FOREIGN DATA WRAPPER nothing",
        "CREATE FOREIGN TABLE f (id int) SERVER far",
        "CREATE TABLE p (id int) PARTITION BY LIST (id)",
        "CREATE SEQUENCE s",
        "CREATE INDEX ON t (id)",
        "CREATE TEMP TABLE passing (id int)",
        "CREATE TYPE pair AS (a int, b int)",
    )

    assert [(each.name, each.kind) for each in scratch.snapshot().tables] == [
        ("f", "foreign_table"),
        ("m", "materialized_view"),
        ("p", "partitioned"),
        ("t", "table"),
        ("v", "view"),
    ]


def test_partitions_count_for_their_table(scratch):
    scratch.run(
        "CREATE TABLE p (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
        """CREATE TABLE p2 PARTITION OF p
            FOR VALUES FROM ('2026-02-01') TO ('2027-01-01') PARTITION BY LIST (id)""",
        "CREATE TABLE p2a PARTITION OF p2 DEFAULT",
        "INSERT INTO p SELECT n, '2026-01-01' FROM generate_series(1, 300) n",
        "INSERT INTO p SELECT n, '2026-03-01' FROM generate_series(1, 200) n",
        "CREATE TABLE child (id int, at date, FOREIGN KEY (id, at) REFERENCES p)",
        "ANALYZE p1",
        "ANALYZE p2a",
    )

    child, parent = scratch.snapshot().tables

    assert (parent.name, parent.partitions, parent.row_estimate) == ("p", 2, 500)
    assert parent.primary_key == ("id", "at")
    assert [each.target_table for each in child.foreign_keys] == ["p"]


def test_inheritance_is_told(scratch):
    scratch.run("CREATE TABLE a (id int)", "CREATE TABLE b (more int) INHERITS (a)")

    assert scratch.table("b").inherits == (TableRef(scratch.name, "public", "a"),)


def test_empty_schemas_and_comments_are_listed(scratch):
    scratch.run(
        "CREATE SCHEMA empty",
        "COMMENT ON SCHEMA empty IS 'Nothing yet'",
        f"COMMENT ON DATABASE {scratch.name} IS 'Scratch'",
    )

    found = scratch.snapshot()

    assert found.schemas[0] == SchemaFacts(scratch.name, "empty", "Nothing yet", scratch.server.user)
    assert [each.name for each in found.schemas] == ["empty", "public"]
    assert found.scopes == (Scope(scratch.name, "Scratch"),)


def test_the_tables_of_an_extension_are_not_ours(scratch):
    scratch.run("CREATE EXTENSION pg_stat_statements", "CREATE TABLE t (id int)")

    assert [each.name for each in scratch.snapshot().tables] == ["t"]


def test_a_table_never_analysed_has_the_counted_inserts_or_no_estimate(scratch):
    scratch.run("CREATE TABLE t (id int)")

    found = scratch.table("t")

    assert (found.row_estimate, found.size_bytes) == (None, None)


def test_only_what_the_settings_ask_for(scratch):
    scratch.run(
        "CREATE SCHEMA sales", "CREATE TABLE sales.a ()", "CREATE TABLE sales.tmp_b ()", "CREATE TABLE c ()"
    )

    found = scratch.snapshot(include=["sales"], exclude=["*.tmp_*"])

    assert [each.ref for each in found.tables] == [TableRef(scratch.name, "sales", "a")]
    assert not scratch.connector(exclude=["*.tmp_*"]).covers(TableRef(scratch.name, "sales", "tmp_b"))


def test_a_role_without_privileges_sees_that_tables_exist(scratch, role):
    scratch.run("CREATE TABLE secret (id int)", "CREATE VIEW v AS SELECT * FROM secret")

    assert scratch.connector(user=role).snapshot().tables == scratch.snapshot().tables


def test_two_snapshots_of_the_same_state_are_equal(scratch):
    scratch.run("CREATE TABLE t (id int PRIMARY KEY)", "CREATE VIEW v AS SELECT * FROM t")

    assert scratch.snapshot() == scratch.snapshot()


def test_several_databases_are_read_in_turn(scratch, another_database):
    other = another_database(f"{scratch.name}_2")
    scratch.run("CREATE TABLE a ()")
    other.run("CREATE TABLE b ()")

    steps: list[tuple[int, int, str]] = []
    found = scratch.connector(databases=[scratch.name, other.name]).snapshot(lambda *step: steps.append(step))

    assert [each.ref for each in found.tables] == [
        TableRef(scratch.name, "public", "a"),
        TableRef(other.name, "public", "b"),
    ]
    assert [done for done, _, _ in steps] == [0, 1, 2, 3, 4, 5, 7, 7, 8, 9, 10, 11, 12, 14]
    assert {total for _, total, _ in steps} == {14}
    assert steps[0][2] == f"{scratch.name}: reading tables"


def test_a_database_that_fails_is_an_incomplete_scope_beside_the_others(scratch):
    scratch.run("CREATE TABLE a ()")

    found = scratch.connector(databases=[scratch.name, "missing one"]).snapshot()

    assert [(each.database, each.complete) for each in found.scopes] == [
        (scratch.name, True),
        ("missing one", False),
    ]
    assert found.scopes[1].error is not None
    assert found.scopes[1].error.kind == "unknown_database"
    assert [each.name for each in found.tables] == ["a"]


def test_a_snapshot_of_nothing_but_failures_fails(scratch):
    with pytest.raises(ConnectorError) as caught:
        scratch.connector(databases=["missing one", "missing two"]).snapshot()

    assert "“missing one”" in str(caught.value)


def test_a_table_locked_by_a_loading_job_is_partial_and_holds_nobody_up(scratch):
    scratch.run(
        "CREATE TABLE busy (id int DEFAULT 7)",
        "CREATE VIEW reader AS SELECT id FROM busy",
        "CREATE TABLE idle (id int DEFAULT 8)",
    )
    with scratch.server.open(scratch.name) as loader, loader.transaction():
        loader.execute("LOCK TABLE busy IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        found = {each.name: each for each in scratch.snapshot().tables}
        waited = time.monotonic() - began

    assert waited < 3
    assert {name: each.partial for name, each in found.items()} == {
        "busy": True,
        "idle": False,
        "reader": True,
    }
    assert (found["reader"].view_sql, found["busy"].columns[0].default) == (None, None)
    assert found["idle"].columns[0].default == "8"
    assert found["reader"].depends_on == (TableRef(scratch.name, "public", "busy"),)
    assert "FROM public.busy" in (scratch.table("reader").view_sql or "")
