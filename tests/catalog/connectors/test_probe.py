"""A probe differs after every change that a snapshot would show, and after nothing else."""

from contextlib import suppress
from dataclasses import replace

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.connectors.postgresql.probe import PROBE

SHOP = (
    "CREATE SCHEMA sales",
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE city (id int PRIMARY KEY, name text, code text UNIQUE)",
    "CREATE TABLE person (id int PRIMARY KEY, feeling mood, city int, n int DEFAULT one(), t varchar(20))",
    "CREATE TABLE base (id int)",
    "CREATE TABLE parent (id int)",
    "CREATE TABLE parts (id int) PARTITION BY LIST (id)",
    "CREATE VIEW seen AS SELECT id FROM city",
    "CREATE MATERIALIZED VIEW kept AS SELECT id FROM city",
    "CREATE INDEX person_t ON person (t)",
    "COMMENT ON TABLE city IS 'Where people live'",
    "INSERT INTO city SELECT n, 'name', 'c' || n FROM generate_series(1, 500) n",
)

CHANGES = (
    "CREATE TABLE another ()",
    "DROP TABLE base",
    "ALTER TABLE base RENAME TO ground",
    "ALTER TABLE base SET SCHEMA sales",
    "ALTER TABLE base INHERIT parent",
    "ALTER TABLE city ADD COLUMN more int",
    "ALTER TABLE city DROP COLUMN name",
    "ALTER TABLE city RENAME COLUMN name TO title",
    "ALTER TABLE city ALTER COLUMN name TYPE varchar(80)",
    "ALTER TABLE person ALTER COLUMN t TYPE varchar(21)",
    "ALTER TABLE city ALTER COLUMN name SET NOT NULL",
    "ALTER TABLE city ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE city ALTER COLUMN name SET DEFAULT 'x'",
    "ALTER TABLE person ALTER COLUMN n SET DEFAULT 2",
    "ALTER TABLE person ALTER COLUMN n DROP DEFAULT",
    "ALTER TABLE person DROP CONSTRAINT person_pkey",
    "ALTER TABLE city ADD UNIQUE (name, id)",
    "ALTER TABLE person ADD FOREIGN KEY (city) REFERENCES city",
    "ALTER TABLE city RENAME CONSTRAINT city_code_key TO code_key",
    "ALTER TABLE person ADD CHECK (id > 0)",
    "CREATE INDEX ON city (lower(name))",
    "DROP INDEX person_t",
    "ALTER INDEX person_t RENAME TO person_text",
    "COMMENT ON TABLE city IS 'Where people work'",
    "COMMENT ON TABLE city IS NULL",
    "COMMENT ON COLUMN city.name IS 'As it is written'",
    "COMMENT ON SCHEMA sales IS 'What is sold'",
    "COMMENT ON SCHEMA public IS 'What is everybody''s'",
    "CREATE OR REPLACE VIEW seen AS SELECT id FROM city WHERE id > 1",
    "DROP VIEW seen",
    "DROP MATERIALIZED VIEW kept",
    "CREATE SCHEMA empty",
    "ALTER SCHEMA sales RENAME TO sold",
    "CREATE TABLE part PARTITION OF parts FOR VALUES IN (1)",
    "ALTER TYPE mood RENAME TO feeling",
    "ALTER TYPE mood SET SCHEMA sales",
    "ALTER FUNCTION one() RENAME TO uno",
    "CREATE EXTENSION pg_stat_statements",
)

NO_CHANGES = (
    "INSERT INTO city SELECT n, 'name', 'c' || n FROM generate_series(501, 900) n",
    "UPDATE city SET name = 'other'",
    "DELETE FROM city",
    "ANALYZE",
    "VACUUM",
    "VACUUM FREEZE",
    "VACUUM FULL city",
    "TRUNCATE city CASCADE",
    "REINDEX TABLE city",
    "REFRESH MATERIALIZED VIEW kept",
    "CREATE TEMP TABLE passing (id int PRIMARY KEY, name text DEFAULT 'x', UNIQUE (name))",
    "CREATE TEMP VIEW passing AS SELECT 1 AS one",
    "GRANT SELECT ON SEQUENCE s TO PUBLIC",
    "CHECKPOINT",
)


@pytest.fixture(scope="module")
def shop(shared_scratch):
    shared_scratch.run(*SHOP, "CREATE SEQUENCE s")
    return shared_scratch


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_shows(shop, change):
    """Asked within a transaction that is then taken back: the shop stays what it is for the next change."""
    with shop.connection.transaction(force_rollback=True):
        before = asked(shop)
        shop.run(change)
        assert asked(shop) != before


def asked(shop) -> str:
    return str(shop.connection.execute(PROBE.text.encode()).fetchone()[0])


@pytest.mark.parametrize("work", NO_CHANGES)
def test_daily_work_does_not_show(shop, work):
    before = shop.probe()
    with shop.server.open(shop.name) as session:
        session.execute(work)
        assert shop.probe() == before


def test_what_is_taken_back_does_not_show(shop):
    before = shop.probe()
    with pytest.raises(psycopg.errors.UndefinedTable), shop.connection.transaction():
        shop.run("CREATE TABLE almost (id int)", "DROP TABLE not_there")

    assert shop.probe() == before


def test_an_owner_shows_and_so_does_their_new_name(scratch, role):
    scratch.run("CREATE TABLE t ()", "CREATE SCHEMA s")
    seen = [scratch.probe()]
    for change in (
        f"ALTER TABLE t OWNER TO {role}",
        f"ALTER SCHEMA s OWNER TO {role}",
        f"ALTER ROLE {role} RENAME TO {role}_x",
        f"ALTER ROLE {role}_x RENAME TO {role}",
        f"COMMENT ON DATABASE {scratch.name} IS 'Scratch'",
    ):
        scratch.run(change)
        seen.append(scratch.probe())
    scratch.run("DROP TABLE t", "DROP SCHEMA s")

    assert len(set(seen)) == 5
    assert seen[2] == seen[4]


def test_a_relation_that_an_extension_takes_shows(scratch):
    scratch.run("CREATE EXTENSION pg_stat_statements", "CREATE TABLE t ()")
    before = scratch.probe()
    scratch.run("ALTER EXTENSION pg_stat_statements ADD TABLE t")

    assert scratch.probe() != before
    assert scratch.snapshot().tables == ()


def test_a_role_without_privileges_gets_the_same_answer(scratch, role):
    scratch.run("CREATE TABLE t (id int PRIMARY KEY)", "CREATE VIEW v AS SELECT * FROM t")

    assert scratch.connector(user=role).probe() == scratch.connector().probe()


def test_a_database_that_cannot_be_read_is_left_out(scratch):
    scratch.run("CREATE TABLE t ()")

    assert list(scratch.connector(databases=["missing one", scratch.name]).probe()) == [scratch.name]


names, fields = st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"])
STATEMENTS = st.one_of(
    st.builds("CREATE TABLE {} (x int, y text)".format, names),
    st.builds("DROP TABLE {} CASCADE".format, names),
    st.builds("ALTER TABLE {} RENAME TO {}".format, names, names),
    st.builds("ALTER TABLE {} ADD COLUMN {} int DEFAULT {}".format, names, fields, st.integers(0, 2)),
    st.builds("ALTER TABLE {} DROP COLUMN {} CASCADE".format, names, fields),
    st.builds("ALTER TABLE {} RENAME COLUMN {} TO {}".format, names, fields, fields),
    st.builds("ALTER TABLE {} ALTER COLUMN {} SET NOT NULL".format, names, fields),
    st.builds("ALTER TABLE {} ADD UNIQUE ({})".format, names, fields),
    st.builds("ALTER TABLE {} ADD FOREIGN KEY (x) REFERENCES {} (x)".format, names, names),
    st.builds("CREATE INDEX ON {} ({})".format, names, fields),
    st.builds("CREATE OR REPLACE VIEW v AS SELECT {} AS z FROM {}".format, fields, names),
    st.builds("COMMENT ON TABLE {} IS '{}'".format, names, fields),
    st.builds("COMMENT ON COLUMN {}.{} IS 'said'".format, names, fields),
    st.builds("INSERT INTO {} (x) VALUES (1)".format, names),
    st.builds("TRUNCATE {} CASCADE".format, names),
    st.just("ANALYZE"),
)


def without_estimates(scratch):
    return [replace(each, row_estimate=None, size_bytes=None) for each in scratch.snapshot().tables]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STATEMENTS, min_size=1, max_size=6))
def test_two_snapshots_that_differ_have_two_probes(scratch, statements):
    known, said = without_estimates(scratch), scratch.probe()

    for each in statements:
        with suppress(psycopg.Error):
            scratch.run(each)

    if without_estimates(scratch) != known:
        assert scratch.probe() != said
