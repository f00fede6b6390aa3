"""What a source's form accepts, and what it says about the rest."""

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.postgresql.settings import FIELDS, PostgresSettings, problems
from catalog.connectors.registry import KINDS, connect, driver

GOOD = {"host": "db.example.org", "database": "shop", "user": "reader"}


def test_the_defaults_are_those_of_the_form():
    parsed = PostgresSettings.parse(GOOD)

    shown = {each.name: each.default for each in FIELDS if not each.required}
    assert {name: getattr(parsed, name) for name in shown} == shown


def test_text_of_a_form_becomes_values():
    given = GOOD | {"port": "6543", "databases": "shop\n\nclinic", "include": "public\nsales.*"}

    parsed = PostgresSettings.parse(given)

    assert (parsed.port, parsed.databases, parsed.include) == (
        6543,
        ("shop", "clinic"),
        ("public", "sales.*"),
    )


def test_lists_of_json_are_taken_as_they_are():
    assert PostgresSettings.parse(GOOD | {"databases": ["a b", "ü%"]}).harvested == ("a b", "ü%")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("host", "", "Say which host to connect to."),
        ("host", "postgresql://db", "Write one host name only, without scheme, user, path or list."),
        ("host", "reader@db", "Write one host name only, without scheme, user, path or list."),
        ("host", "one,two", "Write one host name only, without scheme, user, path or list."),
        ("host", "db.example.org:5432", "Write the port into its own field."),
        ("host", "db\x00", "Leave out control characters and line breaks."),
        ("host", 7, "Write text here."),
        ("port", 0, "Write a number from 1 to 65535."),
        ("port", "65536", "Write a number from 1 to 65535."),
        ("port", "many", "Write a whole number."),
        ("port", True, "Write a whole number."),
        ("port", 5432.5, "Write a whole number."),
        ("database", "", "Say which database to connect to."),
        ("databases", 5, "Write a list of texts."),
        ("databases", [5], "Write a list of texts."),
        ("databases", ["a\x00"], "Leave out control characters."),
        ("user", None, "Say as which user to connect."),
        ("sslmode", "on", "Choose one of disable, allow, prefer, require, verify-ca, verify-full."),
        ("statement_timeout", 0, "Write a number from 1 to 3600."),
        ("connect_timeout", 61, "Write a number from 2 to 60."),
        ("authority", "postgres://db:5432", "Write host:port, for example db.example.org:5432."),
        ("authority", "db", "Write host:port, for example db.example.org:5432."),
        ("password", "hunter2", "“password” is not a setting of PostgreSQL."),
    ],
)
def test_a_wrong_setting_is_named(name, value, message):
    given = GOOD | {name: value}

    assert problems(given) == {name: message}
    with pytest.raises(ConnectorError) as caught:
        PostgresSettings.parse(given)
    assert (caught.value.kind, caught.value.field, str(caught.value)) == ("config", name, message)


def test_all_problems_are_told_at_once():
    assert list(problems({"port": 0})) == ["host", "port", "database", "user"]


@pytest.mark.parametrize(
    ("settings", "namespace"),
    [
        ({"host": "DB.example.org"}, "postgres://db.example.org:5432"),
        ({"host": "10.0.0.7", "port": 6000}, "postgres://10.0.0.7:6000"),
        ({"host": "::1"}, "postgres://[::1]:5432"),
        ({"host": "/run/postgresql"}, "postgres://localhost:5432"),
        ({"host": "10.0.0.7", "authority": "db:5432"}, "postgres://db:5432"),
        ({"host": "10.0.0.7", "authority": "[::1]:5432"}, "postgres://[::1]:5432"),
    ],
)
def test_the_namespace_is_openlineages(settings, namespace):
    assert connect("postgresql", GOOD | settings, "").namespace == namespace


@pytest.mark.parametrize(
    ("include", "exclude", "covered"),
    [
        ([], [], ["sales.orders", "sales.tmp_1", "staff.pay"]),
        (["sales"], [], ["sales.orders", "sales.tmp_1"]),
        (["s*"], ["*.tmp_*"], ["sales.orders", "staff.pay"]),
        (["staff.pay"], [], ["staff.pay"]),
        (["staff.pay"], ["staff"], []),
        (["SALES"], [], []),
    ],
)
def test_patterns_choose_tables(include, exclude, covered):
    settings = PostgresSettings.parse(GOOD | {"include": include, "exclude": exclude})

    tables = ["sales.orders", "sales.tmp_1", "staff.pay"]
    assert [each for each in tables if settings.covers("shop", *each.split("."))] == covered


def test_another_database_is_never_covered():
    assert not PostgresSettings.parse(GOOD).covers("clinic", "public", "patient")


def test_every_kind_loads_under_its_label():
    assert {kind: driver(kind).label for kind in KINDS} == {kind: label for kind, (label, _) in KINDS.items()}


def test_an_unknown_kind_is_refused():
    with pytest.raises(ConnectorError) as caught:
        connect("dbase", {}, "")

    assert (caught.value.kind, caught.value.field) == ("config", "kind")


def test_the_secret_shows_nowhere():
    connector = connect("postgresql", GOOD, "hunter2")

    assert "hunter2" not in f"{connector!r} {connector.settings!r} {vars(connector)!r}"
