"""Text for engines that the portal does not reach: marked as such, readable, and quoted."""

import json
from datetime import UTC, datetime

import pytest
import sqlglot
from sqlglot import exp

from accesscontrol.enforcement.elsewhere import bigquery, snowflake
from accesscontrol.enforcement.elsewhere.texts import TEXTS, written
from accesscontrol.enforcement.wanted import Column, RowRule, Subject, Table, wanted
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.rules import RuleSet

TAGS = {
    "id": "",
    "region": "",
    "email": "identity",
    "phone": "gdpr_low",
    "born": "gdpr_medium",
    "seen": "gdpr_low",
    "balance": "gdpr_medium",
    "age": "gdpr_low",
    "number": "identity",
    "odd \"'`name": "sensitive",
}
TYPES = {
    "id": "int",
    "born": "date",
    "seen": "timestamp",
    "balance": "numeric",
    "age": "int",
    "number": "int",
}


def asked(*subjects):
    columns = tuple(
        Column(name, TYPES.get(name, "varchar(9)"), frozenset(filter(None, [tag])))
        for name, tag in TAGS.items()
    )
    permit = {"name": "all", "actions": ["view"], "conditions": []}
    return wanted(
        rules=RuleSet([read_policy(permit)]),
        now=datetime.now(UTC),
        subjects=subjects or [reader(), reader("boss", unmask=frozenset({"identity"}))],
        tables=[Table("t", "shop", "o'rders", columns, rows=(RowRule("region", "region"),))],
        schema="gov",
        owner="gov_owner",
    )


def reader(role="eu", **more):
    return Subject(role, ({"roles": (role,)},), entitlements={"region": ("eu", "it's")}, **more)


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_the_text_says_first_that_it_was_not_run(kind):
    head = written(kind, asked()).splitlines()[0]

    assert "Not run here" in head
    assert TEXTS[kind].label in head


def parsed_by(kind, statement):
    """Of a policy the expression behind its arrow: our parser knows no CREATE … POLICY."""
    policy, _, body = statement.partition(" ->\n")
    return sqlglot.parse_one(f"SELECT {body}" if body else policy, dialect=kind)


@pytest.mark.parametrize("kind", ["snowflake", "bigquery"])
def test_the_sql_is_sql_with_names_and_values_quoted(kind):
    statements = {"snowflake": snowflake.statements, "bigquery": bigquery.statements}[kind](asked())
    parsed = [parsed_by(kind, each) for each in statements]

    texts = {each.this for statement in parsed if statement for each in statement.find_all(exp.Literal)}
    names = {each.name for statement in parsed if statement for each in statement.find_all(exp.Identifier)}
    assert "it's" in texts
    assert {"o'rders", "eu"} <= names | texts


def test_bigquery_masks_every_tagged_column_in_its_view():
    found = written("bigquery", asked())
    view = next(s for s in sqlglot.parse(found, dialect="bigquery") if s and s.args.get("kind") == "VIEW")

    shown = {each.alias_or_name: each for each in view.expression.expressions}
    assert set(shown) == set(TAGS)
    masked = {name for name, each in shown.items() if each.find(exp.Case)}
    assert masked == {name for name, tag in TAGS.items() if tag}
    assert view.find(exp.Where)


def test_snowflake_has_a_policy_of_the_right_type_for_every_tagged_column():
    found = written("snowflake", asked())

    assert found.count("CREATE OR REPLACE MASKING POLICY") == sum(1 for tag in TAGS.values() if tag)
    assert "AS (val DATE) RETURNS DATE" in found
    assert "AS (val TIMESTAMP_NTZ)" in found
    assert found.count("SHA2(") == 1  # a number cannot become a text there: it is left out
    assert 'ADD ROW ACCESS POLICY "gov"."rows_o\'rders"' in found


def test_trino_gets_one_rule_for_each_role_that_masks_what_it_may_not_see():
    head, _, body = written("trino", asked()).partition("\n")
    assert head.startswith("//")

    boss, eu, rest = json.loads(body)["tables"]

    assert rest == {"privileges": []}
    assert (boss["role"], eu["role"], eu["table"]) == ("boss", "eu", "o'rders")
    everything = {name for name, tag in TAGS.items() if tag}
    assert {each["name"] for each in eu["columns"]} == everything
    assert {each["name"] for each in boss["columns"]} == everything - {"email", "number"}
    assert eu["filter"] == "CAST(\"region\" AS varchar) IN ('eu', 'it''s')"
    for each in [*eu["columns"], *boss["columns"]]:
        assert sqlglot.parse_one(f"SELECT {each['mask']}", dialect="trino")


def test_who_is_entitled_to_nothing_gets_no_row_and_who_is_not_permitted_no_rule():
    nobody = Subject("none", ({},))

    body = written("trino", asked(nobody)).partition("\n")[2]

    assert json.loads(body)["tables"][0]["filter"].endswith("IN (NULL)")
    closed = Subject("closed", ())
    assert json.loads(written("trino", asked(closed)).partition("\n")[2])["tables"] == [{"privileges": []}]
