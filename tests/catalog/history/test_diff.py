"""What is told of the difference between two descriptions, and whom it breaks."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.history.changes import IMPACTS, worst
from catalog.history.diff import compare
from tests.catalog.history.schemas import applied, normal, schemas


@given(schemas())
def test_a_description_does_not_differ_from_itself(schema):
    assert compare(schema, schema) == []


@given(schemas(), schemas())
def test_the_changes_make_the_new_description_of_the_old_one(before, after):
    made = applied(before, compare(before, after))

    assert made == normal(after)


@given(schemas(), schemas())
def test_changes_are_told_if_and_only_if_something_differs(before, after):
    changes = compare(before, after)

    told = [each for each in changes if each.what not in ("columns_reordered", "column_renamed")]
    assert bool(changes) >= (normal(before) != normal(after))
    assert all(each.before != each.after for each in changes)
    assert worst(changes) in (*IMPACTS, "")
    assert len({(each.what, each.column, str(each.before), str(each.after)) for each in told}) == len(told)


@given(schemas(), st.randoms())
def test_the_order_of_columns_matters_to_nothing_but_their_order(schema, dice):
    columns = dice.sample(schema["columns"], len(schema["columns"]))

    changes = compare(schema, {**schema, "columns": columns})

    assert [each.what for each in changes] == ["columns_reordered"] * (columns != schema["columns"])


@given(schemas())
def test_columns_that_are_only_called_otherwise_are_told_as_renamed(schema):
    ids = {column["name"]: f"id {column['name']}" for column in schema["columns"]}
    old = {**schema, "columns": [{**each, "id": ids[each["name"]]} for each in schema["columns"]]}
    new = called(old, {name: f"new_{name}" for name in ids})

    changes = compare(old, new)

    assert [(each.what, each.before, each.after) for each in changes] == [
        ("column_renamed", name, f"new_{name}") for name in ids
    ]


def called(schema, names):
    def now(columns):
        return [names[name] for name in columns]

    made = {**schema, "columns": [{**each, "name": names[each["name"]]} for each in schema["columns"]]}
    if "primary_key" in made:
        made["primary_key"] = now(made["primary_key"])
    if "unique" in made:
        made["unique"] = [now(each) for each in made["unique"]]
    for key in {"foreign_keys", "indexes"} & made.keys():
        made[key] = [{**each, "columns": now(each["columns"])} for each in made[key]]
    return made


def table(*columns, **more):
    """`"id integer 1"`: name, type and, where there is one, its id."""
    parts = [column.split() for column in columns]
    told = [{"name": name, "type": type_, **({"id": id[0]} if id else {})} for name, type_, *id in parts]
    return {"kind": "table", "columns": told, **more}


def column(**more):
    return {"kind": "table", "columns": [{"name": "c", "type": "text", **more}]}


def said(before, after):
    return [(each.what, each.impact, each.column, each.before, each.after) for each in compare(before, after)]


KEY = {"name": "fk", "columns": ["c"], "target": "shop.t", "target_columns": ["id"]}
INDEX = {"name": "ix", "columns": ["c"], "unique": False, "method": "btree"}
UNIQUE = {**INDEX, "unique": True}


@pytest.mark.parametrize(
    ("before", "after", "what", "impact"),
    [
        (column(), column(type="character varying(40)"), "type_changed", "breaking"),
        (column(type="varchar(40)"), column(), "type_changed", "compatible"),
        (column(nullable=False), column(), "nullable_changed", "breaking"),
        (column(), column(nullable=False), "nullable_changed", "strict"),
        (column(), column(default="7"), "default_changed", "compatible"),
        (column(default="7"), column(), "default_changed", "compatible"),
        (column(default="7", nullable=False), column(nullable=False), "default_changed", "strict"),
        (column(), column(comment="Whose"), "comment_changed", "documentation"),
        (table(), table("c text"), "column_added", "compatible"),
        (table("c text"), table(), "column_removed", "breaking"),
        (table("c text 1"), table("d text 1"), "column_renamed", "breaking"),
        (table("a int", "b int"), table("b int", "a int"), "columns_reordered", "documentation"),
        (table(), table(primary_key=["c"]), "primary_key_added", "strict"),
        (table(primary_key=["c"]), table(primary_key=["c", "d"]), "primary_key_changed", "breaking"),
        (table(primary_key=["c"]), table(), "primary_key_removed", "breaking"),
        (table(), table(unique=[["c"]]), "unique_added", "strict"),
        (table(unique=[["c"], ["d"]]), table(unique=[["d"]]), "unique_removed", "breaking"),
        (table(), table(foreign_keys=[KEY]), "foreign_key_added", "strict"),
        (table(foreign_keys=[KEY]), table(), "foreign_key_removed", "breaking"),
        (table(foreign_keys=[KEY]), table(keys_elsewhere=["fk"]), "foreign_key_removed", "compatible"),
        (table(foreign_keys=[KEY]), table(keys_elsewhere=["other"]), "foreign_key_removed", "breaking"),
        (table(keys_elsewhere=["fk"]), table(foreign_keys=[KEY]), "foreign_key_added", "compatible"),
        (
            table(foreign_keys=[KEY]),
            table(foreign_keys=[{**KEY, "columns": ["d"]}]),
            "foreign_key_changed",
            "breaking",
        ),
        (
            table(foreign_keys=[KEY]),
            table(foreign_keys=[{**KEY, "target": "x"}]),
            "foreign_key_changed",
            "strict",
        ),
        (
            table(foreign_keys=[KEY]),
            table(foreign_keys=[{**KEY, "name": "other"}]),
            "foreign_key_changed",
            "documentation",
        ),
        (table(), table(indexes=[INDEX]), "index_added", "compatible"),
        (table(), table(indexes=[UNIQUE]), "index_added", "strict"),
        (table(indexes=[INDEX]), table(), "index_removed", "compatible"),
        (table(indexes=[UNIQUE]), table(), "index_removed", "breaking"),
        (table(indexes=[INDEX]), table(indexes=[UNIQUE]), "index_changed", "strict"),
        (table(indexes=[UNIQUE]), table(indexes=[INDEX]), "index_changed", "breaking"),
        (table(indexes=[UNIQUE]), table(indexes=[{**UNIQUE, "method": "hash"}]), "index_changed", "strict"),
        (table(view_sql="SELECT 1"), table(view_sql="SELECT 2"), "definition_changed", "compatible"),
        (table(depends_on=["a"]), table(depends_on=["b"]), "reads_changed", "compatible"),
        (table(), table(inherits=["a"]), "inheritance_changed", "compatible"),
        (table(), {**table(), "kind": "view"}, "kind_changed", "compatible"),
        (table(owner="a"), table(owner="b"), "owner_changed", "documentation"),
        (table(comment="a"), table(), "comment_changed", "documentation"),
    ],
)
def test_each_change_is_told_with_what_it_breaks(before, after, what, impact):
    assert [(each.what, each.impact) for each in compare(before, after)] == [(what, impact)]


def test_a_new_column_that_must_be_filled_refuses_old_writers():
    must = {"name": "c", "type": "text", "nullable": False}
    may = {**must, "default": "''"}

    assert compare(table(), {"kind": "table", "columns": [must]})[0].impact == "strict"
    assert compare(table(), {"kind": "table", "columns": [may]})[0].impact == "compatible"


def test_two_columns_that_swap_their_names_are_both_renamed():
    assert said(table("a int 1", "b text 2"), table("a text 2", "b int 1"))[:2] == [
        ("column_renamed", "breaking", "a", "b", "a"),
        ("column_renamed", "breaking", "b", "a", "b"),
    ]


def test_a_name_that_another_column_took_over_is_not_that_column_any_more():
    assert said(table("a int 1"), table("b int 1", "a int 2")) == [
        ("column_renamed", "breaking", "b", "a", "b"),
        ("column_added", "compatible", "a", None, {"type": "int"}),
    ]


def test_ids_that_all_changed_as_after_a_restore_rename_nothing():
    assert said(table("a int 1", "b int 2"), table("a int 71", "b int 72")) == []


def test_a_renamed_column_takes_its_keys_along():
    before = table("a int 1", primary_key=["a"], unique=[["a"]], indexes=[{**INDEX, "columns": ["a"]}])
    after = table("b int 1", primary_key=["b"], unique=[["b"]], indexes=[{**INDEX, "columns": ["b"]}])

    assert said(before, after) == [("column_renamed", "breaking", "b", "a", "b")]


def test_of_many_removed_columns_the_order_is_always_the_same():
    names = [f"c{at}" for at in range(200)]
    random.Random(7).shuffle(names)

    changes = compare(table(*(f"{name} int" for name in names)), table())

    assert [each.column for each in changes] == names


def test_one_of_many_indexes_is_told_alone():
    many = [{**INDEX, "name": f"ix{at}", "columns": [f"c{at}"]} for at in range(5)]

    changes = said(table(indexes=many), table(indexes=[*many[:2], *many[3:], {**INDEX, "name": "new"}]))

    assert [
        (what, before and before["name"], after and after["name"]) for what, _, _, before, after in changes
    ] == [
        ("index_added", None, "new"),
        ("index_removed", "ix2", None),
    ]
