import pytest

from stewardship.approvals.models import Proposal
from tests.build import make_asset, make_user


@pytest.fixture
def asset(everybody_sees):
    return make_asset(description="Orders")


@pytest.fixture
def leo(client, asset):
    user = make_user("leo", "viewer")
    client.force_login(user)
    return user


def propose(client, asset, **changes):
    form = {"description": "Orders", "status": "active", "reason": "clearer"}
    return client.post(f"/catalog/assets/{asset.code}/propose/", {**form, **changes})


def test_who_may_not_change_an_asset_is_offered_to_propose(client, asset, leo):
    shown = client.get(f"/catalog/assets/{asset.code}/").content.decode()

    assert f"/catalog/assets/{asset.code}/propose/" in shown
    assert client.get(f"/catalog/assets/{asset.code}/propose/").status_code == 200


def test_a_proposal_holds_only_what_differs(client, asset, leo):
    answer = propose(client, asset, description="One row per order")

    proposal = Proposal.objects.get()
    assert answer.status_code == 302
    assert (proposal.after, proposal.author, proposal.reason) == (
        {"description": "One row per order"},
        leo,
        "clearer",
    )


def test_the_asset_says_that_a_proposal_waits(client, asset, leo):
    propose(client, asset, sensitivity="2")

    shown = client.get(f"/catalog/assets/{asset.code}/").content.decode()
    assert Proposal.objects.get().get_absolute_url() in shown


def test_a_proposal_that_changes_nothing_is_an_error_and_keeps_the_text(client, asset, leo):
    answer = propose(client, asset, reason="because I can")

    assert answer.status_code == 400
    assert "what it says already" in answer.content.decode()
    assert "because I can" in answer.content.decode()


def test_a_reason_is_asked_for(client, asset, leo):
    answer = propose(client, asset, description="x", reason="")

    assert answer.status_code == 400
    assert Proposal.objects.count() == 0


def test_nobody_proposes_about_what_they_may_not_see(client, db):
    hidden = make_asset()
    client.force_login(make_user("charlie", "viewer"))

    assert client.get(f"/catalog/assets/{hidden.code}/propose/").status_code == 404
    assert propose(client, hidden, description="x").status_code == 404
