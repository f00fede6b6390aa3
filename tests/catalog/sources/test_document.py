"""Sources written down: what is written is read back, and no password shown again."""

from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.sources.document import (
    WrongDocument,
    entries,
    escaped,
    filled,
    literal,
    load,
    without_passwords,
    write,
)

TEXTS = st.text("aB0 :#'\"{}[]-?%@`|>&*!~\n\té✓\x85\ufeff", min_size=1, max_size=8)
NAMES = TEXTS.map(str.strip).filter(bool)  # blanks around a name are no part of it
VALUES = st.one_of(TEXTS, st.integers(), st.lists(TEXTS, max_size=3))


ROWS = st.fixed_dictionaries(
    {"name": NAMES, "kind": NAMES, "settings": st.dictionaries(TEXTS, VALUES, max_size=3)},
    optional={"location": TEXTS, "domain": TEXTS, "fail_safe": st.integers(0, 100)},
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROWS, min_size=1, max_size=3, unique_by=lambda row: row["name"]))
def test_what_is_written_is_read_back(rows):
    found = entries(load(write(rows)))

    assert [(row.name, row.kind, row.settings) for row in found] == [
        (row["name"], row["kind"], row["settings"]) for row in rows
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["name", "password", "Password", "settings"]), TEXTS, min_size=1))
def test_no_password_survives_being_shown_again(row):
    row = {key: f"s3cret{value}" if key.lower() == "password" else value for key, value in row.items()}

    assert "s3cret" not in without_passwords(write([row])).replace("settings: s3cret", "")


@given(st.recursive(st.text("${}Ab"), lambda inner: st.lists(inner) | st.dictionaries(st.text("ab"), inner)))
def test_what_is_escaped_is_given_back_whatever_it_is(data):
    assert literal(escaped(data)) == filled(escaped(data), {"A": "x", "b": "y"}) == data


def test_variables_are_filled_in_and_unknown_ones_named():
    data = {"password": "${SECRET}", "settings": {"host": "x-${HOST}", "include": ["$${HOST}", "$HOST"]}}

    assert filled(data, {"SECRET": "a: {b", "HOST": "h"}) == {
        "password": "a: {b",
        "settings": {"host": "x-h", "include": ["${HOST}", "$HOST"]},
    }
    with pytest.raises(WrongDocument) as caught:
        filled(data, {"HOST": "h"})
    assert str(caught.value) == "The variable SECRET is not set."


@pytest.mark.parametrize(
    "text",
    [
        "settings: {url: 'trino://ann:s3cret@db.example.org/hive'}",
        "settings: {url: 'trino://ann:a/b@s3cret@db.example.org/hive'}",
        "settings: {url: 'trino://ann@db.example.org/hive?auth_token=s3cret'}",
        "settings: {host: 'ann:s3cret@db.example.org'}",
        "# trino://ann:s3cret@db.example.org/hive\nname: Shop",
        "name: [trino://ann:s3cret@db.example.org/hive",
        "settings: {url: 'trino://ann:pa@s3cret@db.example.org/hive'}",
        "settings: {url: 'trino://ann%3As3cret@db.example.org/hive'}",
        "settings: {url: 'oracle://ann/s3cret@db.example.org/hive'}",
        "settings: {url: 'trino://ann:s3cret'}",
        "settings: {url: 'trino://ann@db.example.org/hive;password=s3cret'}",
        "settings: {url: 'mssql://ann@db/shop?odbc_connect=PWD%3Ds3cret'}",
        """settings: {url: 'trino://ann@db/hive?http_headers={"Authorization":"s3cret"}'}""",
        "settings:\n  url: 'trino://ann:very\n\n    s3cret@db.example.org/hive'",
    ],
)
def test_no_password_of_an_address_survives_being_shown_again(text):
    assert "s3cret" not in without_passwords(text)


@pytest.mark.parametrize(
    "text",
    [
        "# ours\nsettings: {url: 'trino://ann@db.example.org:8080/hive'}",
        "name: Shop  # ask ann@example.org\nsettings: {endpoint: 'http://s3.example.org:9000'}",
        "settings: {url: 'postgresql://ann@db.example.org/shop?sslmode=require'}",
        "settings: {url: 'trino://ann@[2001:db8::1]:8080/hive', include: ['sales.*'], keys: 'a: b'}",
    ],
)
def test_a_document_without_passwords_is_shown_as_it_was(text):
    assert without_passwords(text) == text


@pytest.mark.parametrize("text", ["!!int ''", "!!float _", "!!bool x", "!!timestamp x"])
def test_a_value_that_is_not_of_its_tag_is_no_yaml(text):
    with pytest.raises(WrongDocument):
        load(text)


@pytest.mark.parametrize("piece", ["a:b", "://a:b", "://a%3a", "key", "://a"])
def test_a_long_document_is_looked_through_at_once(piece):
    text = f"name: {piece * (120_000 // len(piece))}"
    began = process_time()

    assert without_passwords(text).startswith("name: ")
    assert process_time() - began < 2


def test_what_is_left_of_credentials_without_a_name_is_the_host():
    assert without_passwords("url: :btoken=@host") == "url: '@host'\n"
