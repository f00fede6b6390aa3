"""Names and values arrive exactly as they were given, whatever is in them."""

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Measure, Rows, Where

NASTY = [
    "Upper Case",
    'double"quote',
    "single'quote",
    "per%cent %s %(x)s",
    "colon:name ::int",
    "ümläut 漢字 🙂",
    "semi; DROP TABLE victim; --",
    'x" FROM victim; --',
    "back\\slash",
    "a.b",
    " leading and trailing ",
    "select",
    "$1 {braces}",
    "é" * 31,
]


def literal(value: str) -> str:
    return "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


@pytest.mark.parametrize("bad", ["", "x" * 64, "é" * 32, "nul\x00"])
def test_a_name_the_server_would_cut_or_refuse_is_missing(people, bad):
    with pytest.raises(ConnectorError) as caught:
        people.connector().count_where(people.ref(bad))

    assert caught.value.kind == "missing"


def test_a_name_that_is_cut_by_the_server_would_have_meant_another_table(scratch):
    scratch.run(f'CREATE TABLE "{"x" * 63}" (id int)')

    with pytest.raises(ConnectorError):
        scratch.connector().count_where(scratch.ref("x" * 64))


@pytest.mark.parametrize("nasty", NASTY)
def test_any_name_survives_the_round_trip(another_database, nasty):
    other = another_database(nasty)
    ident = '"' + nasty.replace('"', '""') + '"'
    for statement in (
        "CREATE TABLE victim (id int)",
        f"CREATE SCHEMA {ident}",
        f"CREATE TABLE {ident}.{ident} ({ident} text PRIMARY KEY, parent text)",
        f"ALTER TABLE {ident}.{ident} ADD CONSTRAINT {ident} FOREIGN KEY (parent) REFERENCES {ident}.{ident}",
        f"CREATE VIEW v AS SELECT {ident} FROM {ident}.{ident}",
    ):
        other.connection.execute(statement.encode())
    other.connection.execute(f"INSERT INTO {ident}.{ident} VALUES ({literal(nasty)})".encode())
    ref = TableRef(nasty, nasty, nasty)

    connector = other.connector()
    found = {each.name: each for each in connector.snapshot().tables}

    assert found[nasty].ref == ref
    assert (found[nasty].columns[0].name, found[nasty].primary_key) == (nasty, (nasty,))
    assert found[nasty].foreign_keys[0].name == nasty
    assert found[nasty].foreign_keys[0].target_columns == (nasty,)
    assert found["v"].depends_on == (ref,)
    assert connector.select(ref, [nasty], [Where(nasty, "eq", nasty)]).values == ((nasty,),)
    assert connector.count_where(ref, [Where(nasty, "in", [nasty, "other"])]) == 1
    assert connector.aggregate(ref, [Measure(nasty, "max", nasty)]) == {nasty: nasty}
    assert connector.rows(f"SELECT :v AS {ident} FROM {ident}.{ident}", {"v": nasty}) == Rows(
        (nasty,), ((nasty,),)
    )
    assert connector.count_where(TableRef(nasty, "public", "victim")) == 0


def test_tabs_and_line_breaks_in_names_survive_too(scratch):
    scratch.run('CREATE TABLE "a\tb\n" ("c\r\n" int)', 'INSERT INTO "a\tb\n" VALUES (1)')

    assert scratch.table("a\tb\n").columns[0].name == "c\r\n"
    assert scratch.connector().select(scratch.ref("a\tb\n"), ["c\r\n"]).values == ((1,),)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("shop", "public", "orders"), "shop.public.orders"),
        (("Shop", "my schema", "Örders"), "Shop.my schema.Örders"),
        (("shop", "a.b", "c"), 'shop."a.b".c'),
        (("shop", "a", "b.c"), 'shop.a."b.c"'),
        (("shop", "a", 'b".c'), 'shop.a."b"".c"'),
    ],
)
def test_dataset_names_are_openlineages_and_unambiguous(server, parts, name):
    assert server.connector("shop").dataset_name(TableRef(*parts)) == name
