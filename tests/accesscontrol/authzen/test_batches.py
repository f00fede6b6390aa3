"""Many questions at once: defaults, semantics and faults, as the certification scenario wants them."""

import pytest

from tests.accesscontrol.authzen.world import ARCHIVED, BODY, EVALUATIONS, ONE, does, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pep(certified):
    return certified


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {
                "subject": user("bob"),
                "resource": ONE,
                "evaluations": [{"action": does("read")}, {"action": does("write")}],
            },
            [True, False],
        ),
        (
            {
                "subject": user("alice"),
                "action": does("write"),
                "evaluations": [{"resource": ONE}, {"resource": ARCHIVED}],
            },
            [True, False],
        ),
        (
            {
                "action": does("write"),
                "resource": ARCHIVED,
                "evaluations": [{"subject": user("alice")}, {"subject": user("bob", role="admin")}],
            },
            [False, True],
        ),
        ({"evaluations": [BODY, {**BODY, "subject": user("bob"), "action": does("write")}]}, [True, False]),
        (
            {
                **BODY,
                "resource": {"type": "record"},
                "evaluations": [{"resource": {"id": "record-1"}}, {"resource": ARCHIVED}],
                "action": does("write"),
            },
            [True, False],
        ),
        (
            {**BODY, "evaluations": [{}, {"resource": {"type": "record"}}, {"context": {"time": "x"}}]},
            [True] * 3,
        ),
        (
            {
                "subject": user("alice"),
                "action": does("read"),
                "evaluations": [{"resource": ONE}, {}, 7, {"resource": 7}],
            },
            [True, False, False, False],
        ),
        # A whole entity replaces the default: its properties are not merged.
        (
            {
                "subject": user("alice"),
                "action": does("delete", soft=True),
                "resource": ONE,
                "evaluations": [{}, {"action": does("delete")}],
            },
            [True, False],
        ),
    ],
)
def test_a_batch_takes_its_defaults_from_the_top(pep, body, expected):
    found = pep.answer(EVALUATIONS, body)

    assert [each["decision"] for each in found["evaluations"]] == expected
    assert "decision" not in found


def test_a_fault_of_an_item_is_told_in_its_context(pep):
    body = {"subject": user("alice"), "action": does("read"), "evaluations": [{"resource": ONE}, {}]}

    [_, refused] = pep.answer(EVALUATIONS, body)["evaluations"]

    error = {"status": 400, "message": "evaluations[1].resource: is missing"}
    assert refused == {"decision": False, "context": {"error": error}}


@pytest.mark.parametrize("evaluations", [None, []])
def test_without_items_a_batch_is_one_question(pep, evaluations):
    assert pep.answer(EVALUATIONS, {**BODY, "evaluations": evaluations})["decision"] is True
    assert pep.answer(EVALUATIONS, {"evaluations": evaluations}, status=400)["errors"]


@pytest.mark.parametrize(
    ("semantic", "expected"),
    [
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_a_batch_stops_where_its_semantic_says(pep, semantic, expected):
    items = [{"action": does("read")}, {"action": does("delete")}, {"action": does("write")}]
    body = {**BODY, "evaluations": items, "options": {"evaluations_semantic": semantic}}

    assert [each["decision"] for each in pep.answer(EVALUATIONS, body)["evaluations"]] == expected


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"evaluations": {}}, "evaluations"),
        ({"evaluations": [{}] * 2001}, "evaluations"),
        ({"evaluations": [{}], "subject": "alice"}, "subject"),
        ({"evaluations": [{}], "options": []}, "options"),
        ({"evaluations": [{}], "options": {"evaluations_semantic": ["any"]}}, "options.evaluations_semantic"),
    ],
)
def test_a_batch_that_cannot_be_read_is_400(pep, change, field):
    problem = pep.answer(EVALUATIONS, {**BODY, **change}, status=400)

    assert [error["field"] for error in problem["errors"]] == [field]
