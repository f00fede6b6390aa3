import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accesscontrol.audit.models import Entry
from mlgovernance.registry.models import ModelVersion
from mlgovernance.registry.services import (
    change_model_status,
    ensure_model_version,
    register_model_version,
    review_model_version,
)

CHURN = {"name": "churn", "version": "1.0", "model_type": "classifier", "description": "Who leaves"}


@pytest.fixture
def churn(mia):
    return register_model_version(actor="mia", **CHURN)


def test_a_registered_model_is_an_asset_of_its_author(call, mia):
    answer = call(mia, "post", "models/", CHURN)

    row = ModelVersion.objects.select_related("asset__owner").get()
    assert (answer.status_code, answer.json()["code"]) == (201, str(row.code))
    assert (row.asset.kind, row.asset.namespace, row.asset.name) == ("model", "ml://govportal", "churn/1.0")
    assert (row.asset.title, row.asset.owner, row.asset.description) == ("churn/1.0", mia, "Who leaves")
    assert (row.status, row.governance_status) == ("development", "pending_review")
    assert Entry.objects.filter(action="ml.model_version_registered").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"version": "1.0"}, "version"), ({"name": ""}, "name"), ({"version": "a/b"}, "version")],
)
def test_bad_input_names_its_field(call, mia, churn, changes, field):
    answer = call(mia, "post", "models/", {**CHURN, **changes})

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_author_cannot_approve(client, mia, churn):
    client.force_login(mia)

    page = client.get(f"/ml/models/{churn.code}/").content.decode()
    answer = client.post(f"/ml/models/{churn.code}/approve/", {"reason": "It is good"})

    assert ">Approve</button>" not in page
    assert answer.status_code == 409
    churn.refresh_from_db()
    assert churn.governance_status == "pending_review"


def test_somebody_else_approves_with_a_reason(client, otto, churn):
    client.force_login(otto)

    assert ">Approve</button>" in client.get(f"/ml/models/{churn.code}/").content.decode()
    silent = client.post(f"/ml/models/{churn.code}/approve/", {"reason": " "})
    client.post(f"/ml/models/{churn.code}/approve/", {"reason": "Fair enough"})

    churn.refresh_from_db()
    assert silent.status_code == 400
    assert (churn.governance_status, churn.reviewed_by, churn.review_reason) == (
        "approved",
        "otto",
        "Fair enough",
    )
    assert Entry.objects.get(action="ml.model_reviewed").actor == "otto"


def test_a_rejection_comes_through_the_api(call, otto, mia, churn):
    rejected = call(otto, "post", f"models/{churn.code}/review/", {"verdict": "rejected", "reason": "Leaks"})
    own = call(mia, "post", f"models/{churn.code}/review/", {"verdict": "approved", "reason": "No"})

    assert (rejected.status_code, rejected.json()["governance_status"]) == (200, "rejected")
    assert own.status_code == 409


def test_only_an_approved_model_goes_into_production(client, call, mia, otto, churn):
    client.force_login(mia)
    early = client.post(f"/ml/models/{churn.code}/status/", {"status": "production"})
    call(otto, "post", f"models/{churn.code}/review/", {"verdict": "approved", "reason": "Good"})
    client.post(f"/ml/models/{churn.code}/status/", {"status": "production"})

    churn.refresh_from_db()
    assert (early.status_code, churn.status) == (409, "production")
    assert client.post(f"/ml/models/{churn.code}/status/", {"status": "retired"}).status_code == 400


def test_a_viewer_may_look_but_not_decide(client, bob, churn):
    client.force_login(bob)

    assert client.get(f"/ml/models/{churn.code}/").status_code == 200
    assert client.post(f"/ml/models/{churn.code}/approve/", {"reason": "x"}).status_code == 403
    assert client.post(f"/ml/models/{churn.code}/status/", {"status": "testing"}).status_code == 403


def test_the_database_keeps_four_eyes_too(churn):
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelVersion.objects.filter(pk=churn.pk).update(
            governance_status="approved", reviewed_by="mia", reviewed_at="2026-01-01T00:00Z"
        )


def test_a_version_is_ensured_once_and_only_by_its_author(churn):
    assert ensure_model_version(name="churn", version="1.0", actor="mia") == churn
    with pytest.raises(ValidationError):
        ensure_model_version(name="churn", version="1.0", actor="otto")


def test_the_api_moves_a_model_along_its_life(call, mia, churn):
    moved = call(mia, "patch", f"models/{churn.code}/", {"status": "testing"})
    again = call(mia, "patch", f"models/{churn.code}/", {"status": "testing"})
    early = call(mia, "patch", f"models/{churn.code}/", {"status": "production"})
    wrong = call(mia, "patch", f"models/{churn.code}/", {"status": "retired"})

    assert [answer.status_code for answer in (moved, again, early, wrong)] == [200, 200, 409, 400]
    assert moved.json()["status"] == "testing"
    assert Entry.objects.filter(action="ml.model_status_changed").count() == 1


def test_services_check_their_words_too(churn):
    with pytest.raises(ValidationError):
        change_model_status(model_version=churn, status="retired", actor="mia")
    with pytest.raises(ValidationError):
        review_model_version(model_version=churn, verdict="maybe", reason="x", actor="otto")
    with pytest.raises(ValidationError):
        review_model_version(model_version=churn, verdict="approved", reason=" ", actor="otto")


@pytest.mark.django_db(transaction=True)
def test_trainings_that_begin_together_share_the_new_version(mia):
    found = []

    def ensure() -> None:
        found.append(ensure_model_version(name="churn", version="2", actor="mia"))
        connection.close()

    other = threading.Thread(target=ensure)
    with transaction.atomic():
        first = register_model_version(name="churn", version="2", actor="mia")
        other.start()
        other.join(timeout=1)  # it waits for us to commit
        waited = other.is_alive()
    other.join(timeout=10)

    assert (waited, found) == (True, [first])
