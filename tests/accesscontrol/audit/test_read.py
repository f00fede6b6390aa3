import json

import pytest

from accesscontrol.audit.models import Entry
from tests.build import make_token, make_user


@pytest.fixture
def auditor(client, db):
    user = make_user("audra", "auditor")
    client.force_login(user)
    return user


def test_the_page_shows_the_log(client, auditor):
    answer = client.get("/audit/")

    assert answer.status_code == 200
    assert "identity.user_saved" in answer.content.decode()


def test_the_filter_narrows_by_actor_and_action(client, auditor):
    make_user("bob")
    shown = client.get("/audit/", {"actor": "tests", "action": "identity.user"}).content.decode()

    assert shown.count("<code>identity.user_saved</code>") == 2
    assert "<code>identity.signed_in</code>" not in shown


def test_a_wrong_date_shows_an_error_and_no_crash(client, auditor):
    answer = client.get("/audit/", {"since": "yesterday"})

    assert answer.status_code == 200
    assert "Enter a valid date" in answer.content.decode()


def test_a_line_shows_its_record(client, auditor):
    entry = Entry.objects.filter(action="identity.user_saved").first()

    shown = client.get(f"/audit/{entry.pk}/").content.decode()

    assert "audra" in shown


def test_the_export_holds_the_records_byte_for_byte(client, auditor):
    exported = b"".join(client.get("/audit/export/").streaming_content).decode()

    bodies = Entry.objects.order_by("id").values_list("body", flat=True)
    assert exported == "".join(f"{body}\n" for body in bodies)


@pytest.mark.parametrize("path", ["/audit/", "/audit/1/", "/audit/export/", "/api/v1/audit/"])
def test_who_may_not_read_the_log_is_refused(client, db, path):
    client.force_login(make_user("charlie", "viewer"))

    assert client.get(path).status_code == 403


def test_the_api_gives_the_record(client, db):
    token = make_token(make_user("audra", "auditor"))

    answer = client.get("/api/v1/audit/", {"actor": "tests"}, headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 200
    first = json.loads(answer.content)["results"][0]
    assert first["record"]["action"] == first["action"] == "identity.token_issued"


@pytest.mark.parametrize("rows", [1, 40])
def test_the_page_costs_the_same_for_any_length(client, auditor, rows, django_assert_max_num_queries):
    for number in range(rows):
        make_user(f"user{number}")
    with django_assert_max_num_queries(11):
        client.get("/audit/")
