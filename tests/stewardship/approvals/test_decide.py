import pytest
from django.db import IntegrityError

from accesscontrol.audit.models import Entry
from accesscontrol.policy.models import Policy
from catalog.assets.services import change_asset
from stewardship.approvals import services
from stewardship.approvals.models import Proposal
from tests.build import make_asset, make_token, make_user


@pytest.fixture
def everybody_sees(db):
    """A permit for all assets, so that roles alone decide."""
    return Policy.objects.create(
        name="all", effect="permit", actions=["view", "change"], conditions=[], is_active=True
    )


@pytest.fixture
def asset(everybody_sees):
    return make_asset(description="Orders")


@pytest.fixture
def leo(db):
    return make_user("leo", "viewer")


@pytest.fixture
def ana(db):
    return make_user("ana", "steward")


def propose(asset, author, text="One row per order"):
    return services.propose(
        verb="catalog.change_asset",
        subject=asset,
        changes={"description": text},
        reason="clearer",
        author=author,
    )


def test_a_viewer_proposes_and_the_steward_sees_the_difference(client, asset, leo, ana):
    proposal = propose(asset, leo)
    client.force_login(ana)

    inbox = client.get("/inbox/").content.decode()
    page = client.get(f"/inbox/proposals/{proposal.code}/").content.decode()

    assert asset.name in inbox
    assert "One row per order" in page
    assert "Approve and apply" in page


def test_approving_applies_it_and_records_both(client, asset, leo, ana):
    proposal = propose(asset, leo)
    client.force_login(ana)

    client.post(f"/inbox/proposals/{proposal.code}/approve/")

    asset.refresh_from_db()
    proposal.refresh_from_db()
    assert asset.description == "One row per order"
    assert (proposal.state, proposal.decided_by) == ("approved", ana)
    actions = Entry.objects.filter(actor="ana", object_type__in=["asset", "proposal"])
    assert sorted(actions.values_list("action", flat=True)) == [
        "approvals.proposal_approved",
        "catalog.asset_changed",
    ]


def test_rejecting_needs_a_reason(client, asset, leo, ana):
    proposal = propose(asset, leo)
    client.force_login(ana)

    answer = client.post(f"/inbox/proposals/{proposal.code}/reject/", {"reason": " "})

    proposal.refresh_from_db()
    assert answer.status_code == 400
    assert "Say why" in answer.content.decode()
    assert proposal.state == "open"


def test_rejecting_leaves_the_asset_alone(client, asset, leo, ana):
    proposal = propose(asset, leo)
    client.force_login(ana)

    client.post(f"/inbox/proposals/{proposal.code}/reject/", {"reason": "Not true."})

    asset.refresh_from_db()
    proposal.refresh_from_db()
    assert (asset.description, proposal.state, proposal.decision_reason) == (
        "Orders",
        "rejected",
        "Not true.",
    )


def test_the_author_cannot_approve(client, asset, ana):
    proposal = propose(asset, ana)
    client.force_login(ana)

    answer = client.post(f"/inbox/proposals/{proposal.code}/approve/")

    proposal.refresh_from_db()
    assert answer.status_code == 409
    assert "own proposal" in answer.content.decode()
    assert proposal.state == "open"


def test_the_database_keeps_four_eyes_too(asset, leo):
    proposal = propose(asset, leo)

    with pytest.raises(IntegrityError):
        Proposal.objects.filter(pk=proposal.pk).update(state="approved", decided_by=leo)


def test_a_viewer_cannot_decide(client, asset, leo):
    proposal = propose(asset, leo)
    client.force_login(make_user("vera", "viewer"))

    assert client.post(f"/inbox/proposals/{proposal.code}/approve/").status_code == 403


def test_a_proposal_for_an_older_state_is_refused(client, asset, leo, ana):
    proposal = propose(asset, leo)
    change_asset(asset=asset, actor="ana", changes={"description": "Newer"})
    client.force_login(ana)

    answer = client.post(f"/inbox/proposals/{proposal.code}/approve/")

    asset.refresh_from_db()
    proposal.refresh_from_db()
    assert answer.status_code == 409
    assert (asset.description, proposal.state) == ("Newer", "open")


def test_a_newer_proposal_of_the_same_author_replaces_the_open_one(asset, leo):
    first = propose(asset, leo)

    second = propose(asset, leo, "Better still")

    first.refresh_from_db()
    assert (first.state, second.state) == ("withdrawn", "open")


def test_a_decided_proposal_is_not_decided_again(client, asset, leo, ana):
    proposal = propose(asset, leo)
    client.force_login(ana)
    client.post(f"/inbox/proposals/{proposal.code}/approve/")

    assert client.post(f"/inbox/proposals/{proposal.code}/approve/").status_code == 409


def test_a_proposal_about_a_hidden_asset_is_hidden(client, asset, leo, everybody_sees):
    proposal = propose(asset, leo)
    everybody_sees.delete()
    client.force_login(make_user("ben", "steward"))

    assert client.get(f"/inbox/proposals/{proposal.code}/").status_code == 404
    assert asset.name not in client.get("/inbox/").content.decode()


def test_it_is_hidden_from_its_author_too(client, asset, leo, everybody_sees):
    proposal = propose(asset, leo)
    everybody_sees.delete()
    client.force_login(leo)

    assert client.get(f"/inbox/proposals/{proposal.code}/").status_code == 404
    assert client.post(f"/inbox/proposals/{proposal.code}/withdraw/").status_code == 404
    assert asset.name not in client.get("/inbox/?tab=mine").content.decode()


def api(client, method, path, user, body=None):
    header = {"Authorization": f"Bearer {make_token(user)}"}
    return getattr(client, method)(path, body or {}, content_type="application/json", headers=header)


def test_the_api_proposes_and_approves(client, asset, leo, ana):
    made = api(
        client,
        "post",
        "/api/v1/proposals/",
        leo,
        {
            "verb": "catalog.change_asset",
            "subject": str(asset.code),
            "changes": {"description": "By API"},
        },
    )
    decided = api(client, "post", f"/api/v1/proposals/{made.json()['code']}/approve/", ana)

    asset.refresh_from_db()
    assert (made.status_code, decided.json()["state"]) == (201, "approved")
    assert asset.description == "By API"


@pytest.mark.parametrize(
    ("changes", "verb", "field"),
    [
        ({"status": "frozen"}, "catalog.change_asset", "status"),
        ({"name": "x"}, "catalog.change_asset", "name"),
        ({"description": "Orders"}, "catalog.change_asset", "changes"),
        ({"description": "x"}, "catalog.drop_asset", "verb"),
    ],
)
def test_the_api_names_what_is_wrong(client, asset, leo, changes, verb, field):
    body = {"verb": verb, "subject": str(asset.code), "changes": changes}

    answer = api(client, "post", "/api/v1/proposals/", leo, body)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("rows", [1, 20])
def test_the_inbox_costs_the_same_for_any_length(
    client, everybody_sees, leo, ana, rows, django_assert_max_num_queries
):
    for number in range(rows):
        propose(make_asset(f"shop.public.t{number}"), leo)
    client.force_login(ana)
    with django_assert_max_num_queries(24):
        client.get("/inbox/")
