"""What policies may speak of, on a page and by the API, for those who may see policies."""

import pytest

from accesscontrol.policy.attributes import OPERATORS, VOCABULARY, read_vocabulary
from accesscontrol.policy.registry import FROM_OUTSIDE, action_names, registry
from tests.build import make_token, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    client.force_login(make_user("eve", "auditor"))
    return client


def test_the_page_lists_every_attribute_with_its_source(auditor):
    page = auditor.get("/access/attributes/").content.decode()

    for _, listed in VOCABULARY.groups():
        for attribute in listed.values():
            assert f"<code>{attribute}</code>" in page
            assert attribute.source in page
    assert "public &lt; internal &lt; confidential &lt; restricted" in page
    assert "also user.clearance_level" in page


def test_the_api_gives_the_same(auditor):
    found = auditor.get("/api/v1/policy-attributes/").json()

    assert len(found) == sum(len(listed) for _, listed in VOCABULARY.groups())
    assert all(set(entry["operators"]) == OPERATORS[entry["type"]] for entry in found)
    by_name = {entry["attribute"]: entry for entry in found if entry["group"] != "env"}
    assert by_name["user.clearance"] == {
        "group": "user",
        "attribute": "user.clearance",
        "label": "Clearance",
        "type": "integer",
        "operators": ["==", "!=", "<", "<=", ">", ">=", "between", "in", "not_in", "exists"],
        "levels": ["public", "internal", "confidential", "restricted"],
        "words": ["low = internal", "medium = confidential", "high = restricted"],
        "aliases": ["user.clearance_level"],
        "source": "clearance",
        "sensitive": True,
    }


def test_only_who_may_see_policies_looks_them_up(client):
    bob = make_user("bob", "viewer")
    client.force_login(bob)

    assert client.get("/access/attributes/").status_code == 403
    headers = {"Authorization": f"Bearer {make_token(bob)}"}
    assert client.get("/api/v1/policy-attributes/", headers=headers).status_code == 403
    client.logout()
    assert client.get("/api/v1/policy-attributes/").status_code == 401


def test_what_is_said_from_outside_says_so():
    vocabulary = read_vocabulary(
        "user: {a: {type: string, label: A}}\nenv: {}\nresource: {record: {}}\nactions: {view: [read, see]}"
    )

    people, records, moment = registry(vocabulary)

    assert (people.title, records.title, moment.title) == ("Who asks", "Record", "The moment")
    assert people.entries[0].source == FROM_OUTSIDE
    assert action_names(vocabulary) == {"view": ["read", "see"]}
