"""Lists of policies: checked whole, named by what they say, compared and merged."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accesscontrol.policy.values import PolicyError
from accesscontrol.policysets import changes

PLAIN = {"name": "tables", "description": "", "actions": ["read"], "conditions": []}
TABLES = {"attribute": "resource.kind", "operator": "==", "value": "table"}
WRONG = {**TABLES, "value": 3}
EFFECTS = st.sampled_from(["permit", "forbid"])
SETS = st.dictionaries(st.sampled_from("abcd"), EFFECTS).map(
    lambda chosen: changes.checked(
        [{"name": name, "actions": ["view"], "effect": effect} for name, effect in chosen.items()]
    )
)


def named(documents):
    return {document["name"]: document["effect"] for document in documents}


def test_the_tutorial_form_becomes_the_whole_form():
    found = changes.checked([PLAIN])[0]

    assert list(found)[:6] == ["name", "description", "effect", "actions", "resource_types", "conditions"]
    assert (found["effect"], found["on_missing"], found["valid_from"]) == ("permit", "apply", None)
    assert changes.checked([found]) == [found]


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("policies", "policies"),
        (
            [PLAIN, {**PLAIN, "name": "x", "conditions": [{**TABLES, "value": 3}]}],
            "policies[1].conditions[0].value",
        ),
        ([PLAIN, PLAIN], "policies[1].name"),
        ([3], "policies[0].policy"),
        ([{**PLAIN, "name": "forbid\u202etimrep"}], "policies[0].name"),
        ([PLAIN] * 5001, "policies"),
    ],
)
def test_a_fault_is_named_with_its_place(raw, path):
    with pytest.raises(PolicyError) as fault:
        changes.checked(raw)

    assert fault.value.path == path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"policies": [}', "line 1, column 15: Expecting value"),
        ("[" * 100_000, "text: is nested far too deep"),
        ('[{"name": NaN}]', "policy: NaN is not a value of JSON"),
        ("{}", "policies: must be a list of policies"),
    ],
)
def test_a_text_that_is_no_list_of_policies_is_refused(text, message):
    with pytest.raises(PolicyError) as fault:
        changes.read_text(text, "json")

    assert str(fault.value) == message


@given(SETS)
def test_what_is_written_is_read_again(documents):
    text = changes.write_text(documents, "json")

    assert changes.read_text(text, "json") == documents
    assert changes.read_text(json.dumps(documents), "json") == documents


@given(SETS, SETS)
def test_equal_digests_mean_equal_policies(one, other):
    assert (changes.digest(one) == changes.digest(other)) is (one == other)
    assert changes.digest(one) == changes.digest(one[::-1])


@given(SETS, SETS)
def test_a_comparison_leads_from_one_to_the_other(before, after):
    found = named(before)
    for change in changes.compare(before, after):
        assert change.before != change.after
        if change.after is None:
            del found[change.name]
        else:
            found[change.name] = change.after["effect"]

    assert found == named(after)


@given(SETS, SETS, SETS)
def test_a_merge_holds_both_sides_and_names_what_both_changed(base, ours, theirs):
    merged = changes.merge(base, ours, theirs)

    result, was, mine, other = map(named, (merged.documents, base, ours, theirs))
    for name in "abcd":
        ours_changed = mine.get(name) != was.get(name)
        assert result.get(name) == (mine if ours_changed else other).get(name)
        clash = ours_changed and other.get(name) != was.get(name) and mine.get(name) != other.get(name)
        assert (name in merged.conflicts) is clash


@given(SETS, SETS)
def test_a_merge_with_nothing_new_changes_nothing(base, ours):
    assert changes.merge(base, ours, base) == changes.Merged(ours, ())
    assert changes.merge(base, base, ours) == changes.Merged(ours, ())


def test_policies_travel_as_cedar_too():
    documents = changes.checked(
        [{**PLAIN, "conditions": [TABLES]}, {**PLAIN, "name": "no", "effect": "forbid"}]
    )

    text = changes.write_text(documents, "cedar")

    assert "forbid (" in text
    assert [document["name"] for document in changes.read_text(text, "cedar")] == ["no", "tables"]
    with pytest.raises(PolicyError):
        changes.read_text("permit (", "cedar")
