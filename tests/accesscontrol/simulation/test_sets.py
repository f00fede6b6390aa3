"""A condition over all rows at once answers as it does row by row, also where SQL would be tempted not to."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accesscontrol.policy.document import read_policy
from accesscontrol.policy.semantics import closure, lower, partial
from accesscontrol.simulation import table as tables
from accesscontrol.simulation.mentions import alike, leaves, mentioned
from accesscontrol.simulation.sets import Sets
from accesscontrol.simulation.table import Table, first_places, rows_at
from tests.accesscontrol.policy.world import ENVS, ODD, TEXTS, USERS, WIDER, policies

ATTRIBUTES = WIDER.resources["asset"]
ROWS = [
    {"kind": "table", "name": "a%", "sensitivity": 2, "has_personal_data": True, "location": "ä"},
    {"kind": "a", "name": "a", "sensitivity": None, "location": "", "domain": "a", "owner": "a"},
    {"kind": "", "name": "ab", "sensitivity": 0, "steward": "ab", "owner": "ab", "has_personal_data": False},
    *({"text": odd, "number": odd, "flag": odd, "many": odd, "deep": odd} for odd in ODD),
    *({"name": text, "namespace": text, "source": TEXTS[0], "status": "active"} for text in TEXTS),
]


def table(rows=ROWS):
    values = [[row.get(name) for name in ATTRIBUTES] for row in rows]
    return Table(tuple(ATTRIBUTES.values()), ((at, uuid4(), each) for at, each in enumerate(values)))


@pytest.mark.parametrize("few", [2_000, 2])
@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(policies(), st.sampled_from(USERS), st.sampled_from(ENVS))
def test_all_rows_at_once_agree_with_each_row(few, document, user, env):
    tables.FEW_VALUES = few
    core = lower(read_policy({"name": "p", **document}, vocabulary=WIDER).conditions)
    known = {"user": user, "env": {"time": None} | env}
    asked = closure(core)

    found = Sets(table()).truths(partial(core, known))

    for place, row in enumerate(ROWS):
        truth = asked({**known, "resource": row})
        assert bool(found.true >> place & 1) is (truth is True)
        assert bool(found.false >> place & 1) is (truth is False)
    tables.FEW_VALUES = 2_000


@given(st.sets(st.integers(0, 300)), st.integers(0, 5))
def test_a_set_of_rows_holds_its_places(places, most):
    rows = rows_at(places, 301)

    assert rows.bit_count() == len(places)
    assert list(first_places(rows, most)) == sorted(places)[:most]


def test_resources_are_named_by_their_code():
    made = table()

    assert [UUID(code) for code in made.sample(0b110, 5)] == made.codes[1:3]
    assert made.place_of[2] == 2
    assert Sets(table([])).table.every == 0


def test_people_are_alike_when_no_mentioned_attribute_differs():
    rule = read_policy(
        {
            "name": "p",
            "actions": ["view"],
            "conditions": [
                {"attribute": "user.clearance", "operator": ">=", "value_from": "resource.sensitivity"},
                {"not": {"any": [{"attribute": "user.team", "operator": "==", "value": "a"}]}},
            ],
        }
    )
    asked = mentioned([rule.conditions], "user")
    people = {
        1: {"clearance": 1, "team": ""},
        2: {"clearance": 1},
        3: {"clearance": True},
        4: {"clearance": 1, "team": "a"},
    }

    assert [str(each) for each in asked] == ["user.clearance", "user.team"]
    assert [leaf.operator for leaf in leaves(rule.conditions)] == [">=", "=="]
    assert sorted(alike(people, asked).values()) == [[1, 2], [3], [4]]
