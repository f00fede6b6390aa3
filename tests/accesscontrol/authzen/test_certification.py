"""The certification scenario of the AuthZEN working group: alice, bob, two records."""

import json

import pytest

from tests.accesscontrol.authzen.world import (
    ACTION,
    ARCHIVED,
    BODY,
    EVALUATION,
    EVALUATIONS,
    ONE,
    RESOURCE,
    SUBJECT,
    does,
    names,
    thing,
    user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pep(certified):
    return certified


@pytest.mark.parametrize(
    ("subject", "action", "resource", "expected"),
    [
        (user("alice"), does("read"), ONE, True),
        (user("alice"), does("write"), ONE, True),
        (user("bob"), does("read"), ONE, True),
        (user("bob"), does("write"), ONE, False),
        (user("alice"), does("write"), ARCHIVED, False),
        (user("bob", role="admin"), does("write"), ARCHIVED, True),
        (user("alice"), does("delete", soft=True), ONE, True),
        (user("alice"), does("delete", soft=False), ONE, False),
    ],
)
def test_the_eight_decisions(pep, subject, action, resource, expected):
    assert pep.decision(subject, action, resource) is expected
    assert pep.decision(subject, action, resource) is expected  # and again


@pytest.mark.parametrize(
    ("address", "body", "least"),
    [
        (SUBJECT, {"subject": {"type": "user"}, "action": does("read"), "resource": ONE}, {"alice", "bob"}),
        (
            RESOURCE,
            {"subject": user("alice"), "action": does("read"), "resource": {"type": "record"}},
            {"record-1"},
        ),
        (ACTION, {"subject": user("alice"), "resource": ONE}, {"read", "write"}),
        (SUBJECT, {"subject": {"type": "user"}, "action": does("write"), "resource": ARCHIVED}, {"bob"}),
        (
            RESOURCE,
            {"subject": user("bob", role="admin"), "action": does("write"), "resource": {"type": "record"}},
            {"record-2"},
        ),
        (ACTION, {"subject": user("bob", role="admin"), "resource": ARCHIVED}, {"write"}),
    ],
)
def test_the_six_searches(pep, address, body, least):
    found = pep.answer(address, body)

    assert least <= set(names(found))
    assert found["page"] == {"next_token": "", "count": len(found["results"])}
    with_context = {**body, "context": {"time": "2025-06-27T18:03-07:00"}, "page": {"limit": 1}}
    assert len(names(pep.answer(address, with_context))) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"context": {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}},
        {"foo": "bar", "futureField": {"nested": True}},
        {"context": None, "subject": {"type": "user", "id": "alice", "properties": None}},
        {
            "subject": user("alice", department="Sales", role="manager"),
            "action": does("read", method="GET"),
            "resource": thing("record-1", "record", status="active", owner="bob"),
        },
    ],
)
def test_what_is_optional_or_unknown_changes_nothing(pep, more):
    assert pep.answer(EVALUATION, {**BODY, **more})["decision"] is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": None}, "subject"),
        ({"action": None}, "action"),
        ({"resource": None}, "resource"),
        ({"subject": {"id": "alice"}}, "subject.type"),
        ({"subject": {"type": "user"}}, "subject.id"),
        ({"action": {}}, "action.name"),
        ({"resource": {"id": "record-1"}}, "resource.type"),
        ({"resource": {"type": "record"}}, "resource.id"),
        ({"subject": "alice"}, "subject"),
        ({"action": {"name": 123}}, "action.name"),
        ({"resource": {**ONE, "properties": []}}, "resource.properties"),
        ({"resource": {**ONE, "id": "a\0b"}}, "resource.id"),
        ({"subject": {**user("alice"), "id": "\ud800"}}, "subject.id"),
        ({"context": "now"}, "context"),
    ],
)
def test_what_cannot_be_read_is_400_and_named(pep, change, field):
    problem = pep.answer(EVALUATION, {**BODY, **change}, status=400)

    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("", "application/json"),
        ('{"subject": ', "application/json"),
        ("[]", "application/json"),
        ('{"subject": NaN}', "application/json"),
        ("[" * 100_000, "application/json"),
        (json.dumps(BODY), "text/plain"),
        (json.dumps(BODY), "application/x-www-form-urlencoded"),
    ],
)
@pytest.mark.parametrize("address", [EVALUATION, EVALUATIONS, SUBJECT, RESOURCE, ACTION])
def test_a_body_that_is_no_json_object_is_400(pep, address, sent, kind):
    headers = {"Authorization": f"Bearer {pep.token}"}

    answer = pep.client.post(address, sent, content_type=kind, headers=headers)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_the_request_id_comes_back_also_with_an_error(pep):
    assert pep.post(EVALUATION, BODY, **{"X-Request-ID": "abc-1"})["X-Request-ID"] == "abc-1"
    assert pep.post(EVALUATION, {}, **{"X-Request-ID": "abc-2"})["X-Request-ID"] == "abc-2"
    assert pep.post(EVALUATION, BODY)["X-Request-ID"]
