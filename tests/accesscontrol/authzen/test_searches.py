"""The three searches: what is unknown is empty, what cannot be read is 400; pages hang together."""

import pytest

from tests.accesscontrol.authzen.world import ACTION, EVALUATION, ONE, RESOURCE, SUBJECT, does, thing, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pep(certified):
    return certified


@pytest.mark.parametrize(
    ("address", "body"),
    [
        (ACTION, {"subject": user("nonexistent-user"), "resource": ONE}),
        (ACTION, {"subject": {"type": "spaceship", "id": "1"}, "resource": ONE}),
        (SUBJECT, {"subject": {"type": "spaceship"}, "action": does("read"), "resource": ONE}),
        (SUBJECT, {"subject": {"type": "user"}, "action": does("read"), "resource": thing("1", "spaceship")}),
        (SUBJECT, {"subject": {"type": "user"}, "action": does("fly"), "resource": ONE}),
        (RESOURCE, {"subject": user("alice"), "action": does("read"), "resource": {"type": "spaceship"}}),
        (RESOURCE, {"subject": user("alice"), "action": does("fly"), "resource": {"type": "record"}}),
        (RESOURCE, {"subject": user("nobody"), "action": does("read"), "resource": {"type": "record"}}),
    ],
)
def test_what_is_not_known_is_an_empty_result(pep, address, body):
    assert pep.answer(address, body)["results"] == []


@pytest.mark.parametrize(
    ("address", "body", "field"),
    [
        (SUBJECT, {"subject": {"type": "user"}, "resource": ONE}, "action"),
        (RESOURCE, {"action": does("read"), "resource": {"type": "record"}}, "subject"),
        (ACTION, {"subject": user("alice")}, "resource"),
        (
            SUBJECT,
            {"subject": {"type": "user"}, "action": does("read"), "resource": {"type": "record"}},
            "resource.id",
        ),
        (
            RESOURCE,
            {"subject": {"type": "user"}, "action": does("read"), "resource": {"type": "record"}},
            "subject.id",
        ),
        (ACTION, {"subject": user("alice"), "resource": ONE, "page": {"limit": 0}}, "page.limit"),
        (ACTION, {"subject": user("alice"), "resource": ONE, "page": {"limit": True}}, "page.limit"),
        (ACTION, {"subject": user("alice"), "resource": ONE, "page": {"token": 7}}, "page.token"),
        (ACTION, {"subject": user("alice"), "resource": ONE, "page": {"token": "forged"}}, "page.token"),
        (ACTION, {"subject": user("alice"), "resource": ONE, "page": []}, "page"),
    ],
)
def test_a_search_that_cannot_be_read_is_400(pep, address, body, field):
    problem = pep.answer(address, body, status=400)

    assert [error["field"] for error in problem["errors"]] == [field]


def test_anybody_may_read_where_the_endpoints_are(client, settings):
    found = client.get("/.well-known/authzen-configuration")

    assert (found.status_code, found["Content-Type"]) == (200, "application/json")
    told = found.json()
    assert told["policy_decision_point"] == settings.PORTAL_URL
    assert told["access_evaluation_endpoint"] == f"{settings.PORTAL_URL}{EVALUATION}"
    assert told["search_action_endpoint"] == f"{settings.PORTAL_URL}{ACTION}"
    assert told["capabilities"] == []
