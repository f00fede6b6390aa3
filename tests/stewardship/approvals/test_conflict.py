"""Somebody changed meanwhile what a proposal is about: three versions, and no silent overwrite."""

import pytest
from django.core.exceptions import ValidationError

from accesscontrol.refusal import Refused
from catalog.assets.services import change_asset
from stewardship.approvals import services
from stewardship.approvals.conflict import compare
from stewardship.approvals.models import Proposal
from stewardship.chains.wishes import Wish
from tests.build import make_token
from tests.stewardship.approvals.people import details, state


def changed(company, **changes):
    return change_asset(asset=company.orders, actor="tests", changes=changes)


@pytest.fixture
def stale(company):
    """Proposes two fields, of which somebody changed one."""
    proposal = company.propose("One row per order", sensitivity=2)
    changed(company, description="Orders of the shop")
    company.orders.refresh_from_db()
    return proposal


def test_a_change_of_other_fields_is_no_conflict(company):
    proposal = company.propose()
    changed(company, gdpr_category="contact")

    services.approve(proposal=proposal, actor=company.ben)

    company.orders.refresh_from_db()
    assert (company.orders.description, company.orders.gdpr_category) == ("One row per order", "contact")


def test_two_proposals_about_different_fields_are_both_approved(company):
    first, second = company.propose(), company.propose(author=company.ana, text="Orders", sensitivity=1)

    for proposal in (first, second):
        services.approve(proposal=proposal, actor=company.ben)

    assert [state(first), state(second)] == ["approved", "approved"]


def test_a_changed_field_is_never_overwritten(company, stale):
    with pytest.raises(services.Outdated):
        services.approve(proposal=stale, actor=company.ben)

    company.orders.refresh_from_db()
    assert (company.orders.description, state(stale)) == ("Orders of the shop", "open")


def test_the_page_shows_three_versions_side_by_side(client, company, stale):
    client.force_login(company.ben)

    page = client.get(f"/inbox/proposals/{stale.code}/").content.decode()

    for text in ("One row per order", "Orders of the shop", "Confidential", "Changed since", "Still applies"):
        assert text in page
    assert "Approve and apply" not in page


def test_approving_a_stale_one_shows_them_too(client, company, stale):
    client.force_login(company.ben)

    answer = client.post(f"/inbox/proposals/{stale.code}/approve/")

    assert answer.status_code == 409
    assert "Orders of the shop" in answer.content.decode()


def test_what_still_applies_is_carried_on(client, company, stale):
    client.force_login(company.ben)
    said = {"keys": ["sensitivity"], "version": company.orders.version}

    client.post(f"/inbox/proposals/{stale.code}/rebase/", said)
    client.post(f"/inbox/proposals/{stale.code}/approve/")

    company.orders.refresh_from_db()
    assert (company.orders.description, company.orders.sensitivity) == ("Orders of the shop", 2)
    assert details("approvals.proposal_rebased")["left_out"] == ["description"]


def test_a_changed_field_is_taken_over_where_somebody_says_so(company, stale):
    services.rebase(proposal=stale, actor=company.ben, keys=["description"], version=company.orders.version)

    stale.refresh_from_db()
    assert (stale.before, stale.after) == (
        {"description": "Orders of the shop"},
        {"description": "One row per order"},
    )


def test_what_was_approved_before_counts_no_more(company):
    company.chain(Wish(who="people", people=[company.ben, company.cleo], needed=2))
    proposal = company.propose()
    services.approve(proposal=proposal, actor=company.ben)
    row = changed(company, description="Orders of the shop")

    services.rebase(proposal=proposal, actor=company.cleo, keys=["description"], version=row.version)
    services.approve(proposal=proposal, actor=company.cleo)

    assert state(proposal) == "open"
    services.approve(proposal=proposal, actor=company.ben)
    assert state(proposal) == "approved"


def test_a_rebase_of_what_changed_once_more_is_refused(company, stale):
    changed(company, description="Newer still")

    with pytest.raises(Refused, match="changed once more"):
        services.rebase(proposal=stale, actor=company.ben, keys=["sensitivity"], version=2)


def test_a_rebase_needs_something_that_is_left(company, stale):
    with pytest.raises(ValidationError, match="at least one"):
        services.rebase(proposal=stale, actor=company.ben, keys=[], version=company.orders.version)


def test_it_is_sent_back_with_a_reason(client, company, stale):
    client.force_login(company.ben)

    assert client.post(f"/inbox/proposals/{stale.code}/send-back/").status_code == 400
    client.post(f"/inbox/proposals/{stale.code}/send-back/", {"reason": "Look again."})

    assert (state(stale), stale.decision_reason) == ("sent_back", "Look again.")
    assert Proposal.objects.decidable_by(company.ben).count() == 0


def test_the_api_compares_and_carries_on(client, company, stale):
    header = {"Authorization": f"Bearer {make_token(company.ben)}"}
    base = f"/api/v1/proposals/{stale.code}"

    found = client.get(f"{base}/comparison/", headers=header).json()
    body = {"keys": ["sensitivity"], "version": found["version"]}
    done = client.post(f"{base}/rebase/", body, content_type="application/json", headers=header).json()

    assert {each["key"]: each["state"] for each in found["differences"]} == {
        "description": "changed",
        "sensitivity": "applies",
    }
    assert done["after"] == {"sensitivity": 2}


def test_a_field_that_says_so_already_is_done():
    [one] = compare({"a": 1}, {"a": 2}, {"a": 2})

    assert one.state == "done"
