"""What stays when a thing is renamed, and parts of a whole: indexes, some relations alone, a sample."""

from catalog.connectors.metadata import IndexFacts, TableRef


def test_indexes_are_told_with_their_expressions_and_methods(scratch):
    scratch.run(
        'CREATE TABLE "T" (id int PRIMARY KEY, "the name" text, tags text[])',
        'CREATE INDEX b ON "T" ("the name", lower("the name"), id)',
        'CREATE INDEX a ON "T" USING gin (tags)',
    )

    assert scratch.table("T").indexes == (
        IndexFacts("a", ("tags",), False, "gin"),
        IndexFacts("b", ("the name", 'lower("the name")', "id"), False, "btree"),
    )


def test_what_is_renamed_keeps_its_stable_id(scratch):
    scratch.run("CREATE TABLE a (gone int, b int)", "ALTER TABLE a DROP COLUMN gone")
    before = scratch.table("a")
    scratch.run(
        "CREATE SCHEMA s",
        "ALTER TABLE a RENAME COLUMN b TO c",
        "ALTER TABLE a RENAME TO z",
        "ALTER TABLE z SET SCHEMA s",
    )
    after = scratch.table("z", "s")

    assert (after.stable_id, after.columns[0].stable_id) == (before.stable_id, before.columns[0].stable_id)
    assert before.columns[0].stable_id == "2"


def test_some_relations_alone_are_told_as_in_the_whole(scratch):
    scratch.run(
        "CREATE TABLE city (id int PRIMARY KEY)",
        "CREATE TABLE person (id int PRIMARY KEY, city int REFERENCES city)",
        "CREATE TABLE base (id int)",
        "CREATE TABLE child (more int) INHERITS (base)",
        "CREATE TABLE parts (id int PRIMARY KEY, at date) PARTITION BY RANGE (id)",
        "CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10) PARTITION BY LIST (id)",
        "CREATE TABLE leaf PARTITION OF part DEFAULT",
        "INSERT INTO parts VALUES (1), (2)",
        "ANALYZE leaf",
        "CREATE VIEW seen AS SELECT p.id FROM person p JOIN child c ON c.id = p.id",
        'CREATE TABLE "Odd ""one" (id int)',
    )
    whole = {each.ref: each for each in scratch.snapshot().tables}

    for ref in whole:
        assert scratch.connector().snapshot(only=[ref]).tables == (whole[ref],)
    assert scratch.connector().snapshot(only=set(whole)).tables == tuple(whole.values())
    assert scratch.connector().snapshot(only=[scratch.ref("nothing"), scratch.ref("x" * 70)]).tables == ()
    assert scratch.connector().snapshot(only=[TableRef("elsewhere", "public", "city")]).scopes == ()


def test_a_sample_of_a_big_table_comes_from_all_over_it(scratch):
    scratch.run(
        "CREATE TABLE big AS SELECT n, repeat('x', 400) AS filler FROM generate_series(1, 30000) n",
        "CREATE TABLE small AS SELECT n FROM generate_series(1, 30) n",
        "ANALYZE",
    )
    connector = scratch.connector()

    big = connector.sample(scratch.ref("big"), ["n"], limit=100)
    small = connector.sample(scratch.ref("small"), ["n"], limit=100)

    found = [row[0] for row in big.values]
    assert (len(set(found)), big.truncated) == (100, True)
    assert max(found) - min(found) > 5000
    assert (len(small.values), small.truncated) == (30, False)
