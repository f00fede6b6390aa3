import pytest

from accesscontrol.identity.models import Team
from catalog.assets.models import Field
from catalog.assets.services import change_asset
from catalog.domains.services import save_domain
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import approve
from tests.build import make_asset, make_user


@pytest.fixture
def asset(everybody_sees):
    return make_asset(description="Orders")


@pytest.fixture
def leo(client, asset):
    user = make_user("leo", "viewer")
    client.force_login(user)
    return user


def propose(client, asset, page="description", **changes):
    form = {"description": "Orders", "version": "1", "reason": "clearer"}
    return client.post(f"/catalog/assets/{asset.code}/{page}/", {**form, **changes})


def test_who_may_not_change_an_asset_is_offered_to_propose(client, asset, leo):
    shown = client.get(f"/catalog/assets/{asset.code}/").text
    form = client.get(f"/catalog/assets/{asset.code}/edit/").text

    assert "Propose a change" in shown
    assert ">Propose</button>" in form
    assert 'name="reason"' in form


def test_a_proposal_holds_only_what_differs(client, asset, leo):
    answer = propose(client, asset, description="One row per order")

    proposal = Proposal.objects.get()
    assert answer.url == asset.get_absolute_url()
    assert (proposal.after, proposal.author, proposal.reason) == (
        {"description": "One row per order"},
        leo,
        "clearer",
    )


def test_people_teams_and_domains_are_proposed_by_name_and_approved(client, asset, leo):
    stella = make_user("stella", "steward")
    Team.objects.create(name="Shop")
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    said = {"owner": leo.pk, "team": Team.objects.get().pk, "domain": sales.pk, "tier": "1"}

    propose(client, asset, "edit", **said)
    proposal = Proposal.objects.get()
    approve(proposal=proposal, actor=stella)

    assert proposal.after == {"owner": "leo", "team": "Shop", "domain": "sales", "tier": 1}
    asset.refresh_from_db()
    assert (asset.owner, asset.team.name, asset.domain, asset.tier) == (leo, "Shop", sales, 1)


def test_what_a_field_says_is_proposed_too(client, asset, leo):
    email = Field.objects.create(asset=asset, name="email", position=1)
    form = {"version": "1", "reason": "it is one", "identity": "email"}

    answer = client.post(f"/catalog/fields/{email.code}/edit/", form)
    proposal = Proposal.objects.get()
    approve(proposal=proposal, actor=make_user("stella", "steward"))

    assert answer.url == email.get_absolute_url()
    assert (proposal.verb, proposal.after) == ("catalog.change_field", {"identity": "email"})
    email.refresh_from_db()
    assert email.identity == "email"


def test_a_second_proposal_takes_the_first_with_it(client, asset, leo):
    propose(client, asset, description="One row per order")
    propose(client, asset, "edit", tier="2", reason="much used")

    proposal = Proposal.objects.open().get()
    assert proposal.after == {"description": "One row per order", "tier": 2}
    assert proposal.reason == "clearer\n\nmuch used"


def test_the_asset_says_that_a_proposal_waits(client, asset, leo):
    propose(client, asset, "edit", sensitivity="2")

    shown = client.get(f"/catalog/assets/{asset.code}/").text
    assert Proposal.objects.get().get_absolute_url() in shown


def test_a_proposal_that_changes_nothing_is_an_error_and_keeps_the_text(client, asset, leo):
    answer = propose(client, asset, reason="because I can")

    assert answer.status_code == 400
    assert "what it says already" in answer.text
    assert "because I can" in answer.text


def test_a_proposal_for_an_older_state_shows_both(client, asset, leo):
    change_asset(asset=asset, actor="ana", changes={"description": "Theirs"})

    answer = propose(client, asset, description="Mine")

    assert answer.status_code == 409
    assert answer.context["overtaken"] == [("Description", "Theirs", "Mine")]
    assert not Proposal.objects.exists()


def test_a_reason_is_asked_for(client, asset, leo):
    answer = propose(client, asset, description="x", reason="")

    assert answer.status_code == 400
    assert Proposal.objects.count() == 0


def test_nobody_proposes_about_what_they_may_not_see(client, db):
    hidden = make_asset()
    client.force_login(make_user("charlie", "viewer"))

    assert client.get(f"/catalog/assets/{hidden.code}/edit/").status_code == 404
    assert propose(client, hidden, description="x").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"owner": "nobody"}, "owner"),
        ({"replacement": "no code"}, "replacement"),
        ({"tier": 9}, "tier"),
        ({"name": "other"}, "name"),
    ],
)
def test_what_cannot_be_proposed_by_the_api_is_named(client, asset, leo, changes, field):
    body = {"verb": "catalog.change_asset", "subject": str(asset.code), "changes": changes}

    answer = client.post("/api/v1/proposals/", body, content_type="application/json")

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (400, [field])
