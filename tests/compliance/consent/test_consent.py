from datetime import timedelta

import pytest
from django.utils import timezone

from accesscontrol.audit.models import Entry
from compliance.consent.models import ConsentRecord
from compliance.consent.services import record_consent
from tests.build import make_asset, make_policy, make_token, make_user


@pytest.fixture
def mia(client, db):
    user = make_user("mia", "privacy_officer")
    client.force_login(user)
    return user


def consent(granted=True, **changes):
    values = {
        "subject": "ann@example.org",
        "purpose": "newsletter",
        "kind": "marketing",
        "version": "v1",
        "granted": granted,
        "actor": "shop",
    }
    return record_consent(**{**values, **changes})


def test_an_answer_is_kept_and_audited_without_the_persons_name(db):
    row = consent()

    entry = Entry.objects.get(action="consent.granted")
    assert (row.state, entry.object_id) == ("granted", str(row.code))
    assert "ann@example.org" not in entry.body


def test_a_no_ends_the_earlier_yes(db):
    earlier = consent()

    later = consent(granted=False)

    earlier.refresh_from_db()
    assert (earlier.state, later.state) == ("revoked", "refused")


def test_a_late_message_does_not_undo_a_later_answer(client, mia):
    consent()
    body = {
        "subject": "ann@example.org",
        "purpose": "newsletter",
        "kind": "marketing",
        "granted": False,
        "version": "v1",
        "given_at": (timezone.now() - timedelta(days=3)).isoformat(),
    }

    answer = client.post(
        "/api/v1/consents/",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {make_token(mia)}"},
    )

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["given_at"]


def test_the_form_records_and_the_list_finds_the_person(client, mia):
    answer = client.post(
        "/compliance/consent/new/",
        {
            "subject": "Ann@Example.org",
            "purpose": "newsletter",
            "kind": "marketing",
            "version": "v2",
            "granted": "yes",
        },
    )

    assert answer.status_code == 302
    assert "newsletter" in client.get("/compliance/consent/?person=ann@example.org").content.decode()
    assert "newsletter" not in client.get("/compliance/consent/?person=bob@x.org").content.decode()


def test_a_missing_value_is_an_error_beside_its_field(client, mia):
    answer = client.post("/compliance/consent/new/", {"subject": "ann@example.org"})

    assert answer.status_code == 400
    assert answer.content.decode().count("This field is required") == 4


def test_revoking_is_one_click(client, mia):
    row = consent()

    client.post(f"/compliance/consent/{row.code}/revoke/")

    row.refresh_from_db()
    assert row.state == "revoked"
    assert client.post(f"/compliance/consent/{row.code}/revoke/").status_code == 409


def test_a_viewer_sees_no_consents(client, db):
    consent()
    client.force_login(make_user("vera", "viewer"))

    assert client.get("/compliance/consent/").status_code == 403
    assert client.get("/api/v1/consents/").status_code == 403


def test_the_database_keeps_one_yes_in_force(db):
    consent()
    consent()

    assert ConsentRecord.objects.in_force().count() == 1


def test_the_api_does_not_name_an_asset_that_is_hidden_from_the_caller(client, mia):
    hidden, shown = make_asset("hr.salaries"), make_asset("shop.mails")
    rows = {asset: consent(purpose=asset.name, asset=asset) for asset in (hidden, shown)}
    make_policy("shop", {"attribute": "resource.name", "operator": "starts_with", "value": "shop."})

    listed = client.get("/api/v1/consents/").json()["results"]
    one = client.get(f"/api/v1/consents/{rows[hidden].code}/").json()
    revoked = client.post(f"/api/v1/consents/{rows[hidden].code}/revoke/").json()

    assert {row["purpose"]: row["asset"] for row in listed} == {
        "hr.salaries": None,
        "shop.mails": str(shown.code),
    }
    assert (one["asset"], revoked["asset"], revoked["state"]) == (None, None, "revoked")
