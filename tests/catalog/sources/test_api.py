"""Sources through the API."""

import json

import pytest

from accesscontrol.audit.models import Entry
from catalog.domains.services import save_domain
from catalog.sources.models import Source
from stewardship.jobs.models import Job
from tests.build import make_token
from tests.catalog.scratch import make_source

URL = "/api/v1/sources/"
BODY = {
    "name": "Shop",
    "kind": "postgresql",
    "settings": {"host": "db.example.org", "database": "shop", "user": "reader"},
    "password": "s3cret-of-the-shop",
}


@pytest.fixture
def call(ana, client):
    token = make_token(ana, "write")

    def send(method, path, body=None):
        return getattr(client, method)(
            path, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
        )

    return send


def test_a_source_is_added_and_its_password_never_comes_out(call):
    save_domain(actor="tests", slug="sales", name="Sales")

    response = call("post", URL, {**BODY, "domain": "sales", "location": "eu"})

    assert response.status_code == 201
    answer = response.json()
    assert (
        answer.items()
        >= {
            "name": "Shop",
            "kind": "postgresql",
            "has_password": True,
            "namespace": "postgres://db.example.org:5432",
            "domain": "sales",
            "location": "eu",
            "state": "never",
            "error": "",
        }.items()
    )
    for path in (URL, f"{URL}{answer['code']}/"):
        text = call("get", path).text
        assert "s3cret" not in text
        assert 'password"' in text.replace("has_password", "password")
        assert Source.objects.get().secret_token not in text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "abacus"}, "kind"),
        ({"settings": {"database": "x", "user": "y"}}, "settings.host"),
        ({"settings": {**BODY["settings"], "port": "many"}}, "settings.port"),
        ({"settings": {**BODY["settings"], "password": "here"}}, "settings.password"),
        ({"settings": "all of them"}, "settings"),
        ({"name": ""}, "name"),
        ({"domain": "nowhere"}, "domain"),
        ({"schedule": "never"}, "schedule"),
        ({"fail_safe": 101}, "fail_safe"),
    ],
)
def test_bad_input_is_named_by_its_field(call, change, field):
    response = call("post", URL, {**BODY, **change})

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert not Source.objects.exists()


def test_a_change_keeps_what_it_does_not_mention(call):
    code = call("post", URL, BODY).json()["code"]

    response = call("patch", f"{URL}{code}/", {"location": "us"})

    source = Source.objects.get()
    assert response.status_code == 200
    assert (source.location, source.name, source.settings) == ("us", "Shop", BODY["settings"])
    assert source.open_secret() == "s3cret-of-the-shop"


def test_schedule_and_fail_safe_are_set_kept_and_logged(call):
    code = call("post", URL, {**BODY, "schedule": "0 4 * * *", "fail_safe": 50}).json()["code"]

    answer = call("patch", f"{URL}{code}/", {"location": "us"}).json()

    assert (answer["schedule"], answer["fail_safe"]) == ("0 4 * * *", 50)
    assert "T04:00:00" in answer["next_harvest_at"]
    after = json.loads(Entry.objects.filter(action="sources.saved").latest("pk").body)["details"]["after"]
    assert (after["schedule"], after["fail_safe"]) == ("0 4 * * *", 50)
    assert call("patch", f"{URL}{code}/", {"schedule": ""}).json()["next_harvest_at"] is None


@pytest.mark.parametrize(
    ("change", "probes"),
    [
        ({"location": "us"}, {"shop": "1 abc"}),
        ({"settings": {**BODY["settings"], "exclude": ["tmp"]}}, {}),
        ({"password": "another"}, {}),
    ],
)
def test_after_a_change_of_what_is_asked_everything_is_listed_anew(call, change, probes):
    code = call("post", URL, BODY).json()["code"]
    Source.objects.update(probes={"shop": "1 abc"})

    call("patch", f"{URL}{code}/", change)

    assert Source.objects.get().probes == probes


def test_a_stored_password_is_not_sent_to_another_server(call):
    code = call("post", URL, BODY).json()["code"]

    response = call("patch", f"{URL}{code}/", {"settings": {**BODY["settings"], "host": "evil.example.org"}})

    assert [error["field"] for error in response.json()["errors"]] == ["password"]


def test_a_source_stays_of_its_kind(call):
    code = call("post", URL, BODY).json()["code"]

    response = call("put", f"{URL}{code}/", {**BODY, "kind": "abacus"})

    assert [error["field"] for error in response.json()["errors"]] == ["kind"]


def test_a_test_tells_who_answered(call, scratch_db):
    source = make_source(scratch_db)

    answer = call("post", f"{URL}{source.code}/test/").json()

    assert (answer["reached"], answer["product"][:10], answer["error"]) == (True, "PostgreSQL", "")
    assert scratch_db.name in answer["databases"]
    assert answer["checks"][0] == {
        "name": "Reach the server",
        "ok": True,
        "message": "",
        "remedy": "",
        "needed": True,
    }


def test_a_test_that_fails_names_the_field(call):
    code = call(
        "post", URL, {**BODY, "settings": {**BODY["settings"], "host": "no-such-host.invalid"}}
    ).json()["code"]

    response = call("post", f"{URL}{code}/test/")

    assert response.status_code == 200
    assert (
        response.json().items()
        >= {
            "reached": False,
            "error": "The host name “no-such-host.invalid” is not known.",
            "field": "host",
        }.items()
    )
    assert Entry.objects.get(action="sources.tested").actor == "ana"


def test_a_harvest_is_accepted_and_not_doubled(call, scratch_db):
    source = make_source(scratch_db)

    first = call("post", f"{URL}{source.code}/harvest/")
    second = call("post", f"{URL}{source.code}/harvest/")

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["job"] == second.json()["job"] == str(Job.objects.get().code)


def test_a_harvest_takes_how_it_is_meant(call, scratch_db):
    source = make_source(scratch_db)
    path = f"{URL}{source.code}/harvest/"

    assert call("post", path, {"thorough": "perhaps"}).status_code == 400
    assert call("post", path, {"accept_removals": True}).status_code == 202
    asked = Job.objects.get().arguments
    assert asked == {"source_id": source.pk, "accept_removals": True}
    refused = call("post", path, {"thorough": True})
    assert (refused.status_code, refused.json()["detail"][:17]) == (409, "A harvest of this")
    assert call("post", path).status_code == 202


def test_a_source_is_removed(call, scratch_db):
    source = make_source(scratch_db)

    assert call("delete", f"{URL}{source.code}/").status_code == 204
    assert call("get", f"{URL}{source.code}/").status_code == 404
    assert Entry.objects.get(action="sources.removed").actor == "ana"


def test_a_reading_token_changes_nothing(ana, client, scratch_db):
    source = make_source(scratch_db)
    headers = {"Authorization": f"Bearer {make_token(ana, 'read')}"}

    assert client.post(f"{URL}{source.code}/harvest/", headers=headers).status_code == 403
    assert client.get(URL, headers=headers).status_code == 200


def test_a_viewer_finds_no_sources(vera, client):
    headers = {"Authorization": f"Bearer {make_token(vera)}"}

    assert client.get(URL, headers=headers).status_code == 403
    assert client.post(URL, BODY, content_type="application/json", headers=headers).status_code == 403
