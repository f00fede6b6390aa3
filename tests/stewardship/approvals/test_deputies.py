"""Who stands in for somebody decides in their own name, with their own right; four eyes hold."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from stewardship.approvals import services
from stewardship.approvals.models import Proposal
from stewardship.chains.wishes import Wish
from stewardship.delegations.models import Delegation
from stewardship.delegations.services import end_delegation, name_deputy
from stewardship.notices.models import Notice
from tests.build import make_user
from tests.stewardship.approvals.people import details, state

A_WEEK = timedelta(days=7)


def away(person, deputy, *, starts=timedelta(), ends=A_WEEK):
    now = timezone.now()
    return name_deputy(actor=person, deputy=deputy, starts_at=now + starts, ends_at=now + ends, reason="Away")


def waits_for(person):
    return list(Proposal.objects.decidable_by(person))


@pytest.fixture
def asked_of_ana(company):
    """Only the steward decides, and that is ana."""
    company.chain(Wish(who="steward"))
    return company


def test_the_deputy_decides_in_their_own_name_for_another(asked_of_ana):
    proposal = asked_of_ana.propose()
    away(asked_of_ana.ana, asked_of_ana.ben)

    assert waits_for(asked_of_ana.ben) == [proposal]
    services.approve(proposal=proposal, actor=asked_of_ana.ben)

    vote = proposal.votes.get()
    assert (state(proposal), proposal.decided_by) == ("approved", asked_of_ana.ben)
    assert (vote.actor, vote.on_behalf_of) == (asked_of_ana.ben, asked_of_ana.ana)
    assert details("approvals.proposal_approved")["on_behalf_of"] == "ana"


def test_only_for_the_time_that_was_named(asked_of_ana):
    proposal = asked_of_ana.propose()
    away(asked_of_ana.ana, asked_of_ana.ben, starts=timedelta(days=1))
    row = away(asked_of_ana.ana, asked_of_ana.cleo)

    assert [waits_for(each) for each in (asked_of_ana.ben, asked_of_ana.cleo)] == [[], [proposal]]
    Delegation.objects.filter(pk=row.pk).update(
        starts_at=timezone.now() - A_WEEK, ends_at=timezone.now() - timedelta(seconds=1)
    )
    assert waits_for(asked_of_ana.cleo) == []


def test_a_deputy_who_was_taken_back_decides_nothing(asked_of_ana):
    proposal = asked_of_ana.propose()
    end_delegation(delegation=away(asked_of_ana.ana, asked_of_ana.ben), actor=asked_of_ana.ana)

    with pytest.raises(Refused, match="not asked"):
        services.approve(proposal=proposal, actor=asked_of_ana.ben)


def test_a_deputy_needs_the_right_of_their_own(asked_of_ana):
    proposal = asked_of_ana.propose(author=asked_of_ana.cleo)
    away(asked_of_ana.ana, asked_of_ana.leo)

    assert waits_for(asked_of_ana.leo) == []
    with pytest.raises(Refused, match="may not change"):
        services.approve(proposal=proposal, actor=asked_of_ana.leo)


def test_a_deputy_does_not_decide_what_they_proposed(asked_of_ana):
    proposal = asked_of_ana.propose(author=asked_of_ana.ben)
    away(asked_of_ana.ana, asked_of_ana.ben)

    assert waits_for(asked_of_ana.ben) == []
    with pytest.raises(Refused, match="own proposal"):
        services.approve(proposal=proposal, actor=asked_of_ana.ben)


def test_nobody_decides_for_the_author(asked_of_ana):
    proposal = asked_of_ana.propose(author=asked_of_ana.ana)
    away(asked_of_ana.ana, asked_of_ana.ben)

    assert waits_for(asked_of_ana.ben) == []
    with pytest.raises(Refused, match="not asked"):
        services.approve(proposal=proposal, actor=asked_of_ana.ben)


def test_an_authors_deputy_decides_in_their_own_right(company):
    proposal = company.propose(author=company.ana)
    away(company.ana, company.ben)

    services.approve(proposal=proposal, actor=company.ben)

    assert proposal.votes.get().on_behalf_of is None


def test_who_was_stood_in_for_does_not_decide_again(company):
    company.chain(Wish(who="owner"), Wish(who="anybody"))
    proposal = company.propose()
    away(company.ana, company.ben)

    services.approve(proposal=proposal, actor=company.ben)

    assert [waits_for(each) for each in (company.ana, company.ben)] == [[], []]
    assert waits_for(company.cleo) == [proposal]


def test_there_is_no_chain_of_deputies(asked_of_ana):
    asked_of_ana.propose()
    away(asked_of_ana.ana, asked_of_ana.ben)
    away(asked_of_ana.ben, asked_of_ana.cleo)

    assert waits_for(asked_of_ana.cleo) == []


def test_one_thing_is_handed_over(asked_of_ana):
    first, second = asked_of_ana.propose(), asked_of_ana.propose(author=asked_of_ana.cleo)

    services.hand_over(
        proposal=first, actor=asked_of_ana.ana, deputy=asked_of_ana.ben, reason="You know more."
    )

    assert waits_for(asked_of_ana.ben) == [first]
    services.approve(proposal=first, actor=asked_of_ana.ben)
    assert first.votes.get().on_behalf_of == asked_of_ana.ana
    assert state(second) == "open"
    assert Delegation.objects.get().state == "ended"
    assert Notice.objects.visible_to(asked_of_ana.ben).get().title == "You stand in for Ana Ruiz"


def test_handing_over_to_another_ends_what_was_before(asked_of_ana):
    proposal = asked_of_ana.propose()
    for deputy in (asked_of_ana.ben, asked_of_ana.cleo):
        services.hand_over(proposal=proposal, actor=asked_of_ana.ana, deputy=deputy)

    assert [waits_for(each) for each in (asked_of_ana.ben, asked_of_ana.cleo)] == [[], [proposal]]


@pytest.mark.parametrize(
    ("author", "deputy", "text"),
    [("leo", "ana", "not yours"), ("cleo", "leo", "may not change"), ("cleo", "cleo", "proposed it")],
)
def test_what_cannot_be_handed_over(asked_of_ana, author, deputy, text):
    proposal = asked_of_ana.propose(author=getattr(asked_of_ana, author))
    actor = asked_of_ana.ben if deputy == "ana" else asked_of_ana.ana

    with pytest.raises(Refused, match=text):
        services.hand_over(proposal=proposal, actor=actor, deputy=getattr(asked_of_ana, deputy))


def test_a_deputy_is_somebody_else_for_a_time_to_come(company):
    with pytest.raises(ValidationError, match="somebody else"):
        away(company.ana, company.ana)
    with pytest.raises(ValidationError, match="The end must be"):
        away(company.ana, company.ben, ends=-A_WEEK)


def test_the_page_names_a_deputy_and_ends_it(client, company):
    client.force_login(company.ana)
    today = timezone.localdate()
    said = {"deputy": company.ben.pk, "first": today, "last": today + A_WEEK, "reason": "Holiday"}

    client.post("/account/deputies/", said)
    page = client.get("/account/deputies/").content.decode()
    row = Delegation.objects.get()
    assert "Ben Ode" in page
    assert "Holiday" in page
    client.post(f"/account/deputies/{row.code}/end/")

    row.refresh_from_db()
    assert (row.deputy, row.state) == (company.ben, "ended")
    entries = Entry.objects.filter(object_type="delegation").order_by("pk")
    assert list(entries.values_list("action", flat=True)) == [
        "delegations.deputy_named",
        "delegations.ended",
    ]


def test_the_page_says_what_is_wrong(client, company):
    client.force_login(company.ana)
    today = timezone.localdate()

    answer = client.post(
        "/account/deputies/", {"deputy": company.ben.pk, "first": today, "last": today - A_WEEK}
    )

    assert answer.status_code == 400
    assert "The end must be in the future" in answer.content.decode()


def test_a_stranger_ends_nothing(client, company):
    row = away(company.ana, company.ben)
    client.force_login(make_user("eve", "steward"))

    assert client.post(f"/account/deputies/{row.code}/end/").status_code == 404
