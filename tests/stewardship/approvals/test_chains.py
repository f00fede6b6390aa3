"""A proposal goes through the steps that its chain had when it was made."""

import pytest
from django.db import IntegrityError

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from stewardship.approvals import services
from stewardship.approvals.models import Proposal
from stewardship.chains.services import save_chain, switch_chain
from stewardship.chains.wishes import Wish
from stewardship.notices.models import Notice
from tests.build import make_asset, make_user
from tests.stewardship.approvals.people import CHANGE, asked, state


def waits_for(person):
    return list(Proposal.objects.decidable_by(person))


def test_without_a_chain_anybody_who_may_change_it_decides(company):
    proposal = company.propose()

    assert (proposal.chain, asked(proposal)) == (None, "Anybody who may change it")
    assert [waits_for(each) for each in (company.ana, company.ben, company.leo)] == [
        [proposal],
        [proposal],
        [],
    ]


def test_a_steps_deciders_alone_are_asked(company):
    company.chain(Wish(who="steward", days=3))

    proposal = company.propose()

    assert [waits_for(each) for each in (company.ana, company.ben)] == [[proposal], []]
    with pytest.raises(Refused, match="The steward of its domain decides now"):
        services.approve(proposal=proposal, actor=company.ben)


def test_each_step_is_decided_in_its_turn_and_the_last_approval_does_it(company):
    company.chain(Wish(who="owner", days=3), Wish(who="people", people=[company.ben, company.cleo], needed=2))
    proposal = company.propose()

    services.approve(proposal=proposal, actor=company.ana)
    assert (state(proposal), asked(proposal)) == ("open", "Ben Ode, Cleo Marsh")
    services.approve(proposal=proposal, actor=company.ben)
    company.orders.refresh_from_db()
    assert (state(proposal), company.orders.description) == ("open", "Orders")
    services.approve(proposal=proposal, actor=company.cleo)

    company.orders.refresh_from_db()
    assert (state(proposal), company.orders.description) == ("approved", "One row per order")
    facts = Entry.objects.filter(object_type="proposal").order_by("pk")
    assert list(facts.values_list("action", "actor")) == [
        ("approvals.proposal_made", "leo"),
        ("approvals.approval_given", "ana"),
        ("approvals.approval_given", "ben"),
        ("approvals.proposal_approved", "cleo"),
    ]


def test_the_author_is_told_of_each_decision(company):
    company.chain(Wish(who="owner"), Wish(who="people", people=[company.ben]))
    proposal = company.propose()

    services.approve(proposal=proposal, actor=company.ana, reason="Good.")
    services.reject(proposal=proposal, actor=company.ben, reason="Not yet.")

    told = Notice.objects.visible_to(company.leo).order_by("pk").values_list("title", "text")
    assert list(told) == [
        ("One more approval: shop.public.orders", "Ana Ruiz approved. It waits for: Ben Ode."),
        ("Rejected: shop.public.orders", "Ben Ode decided: Not yet."),
    ]


def test_nobody_decides_twice(company):
    company.chain(Wish(who="anybody"), Wish(who="owner"))
    proposal = company.propose()
    services.approve(proposal=proposal, actor=company.ana)

    assert waits_for(company.ana) == []
    with pytest.raises(Refused, match="You have decided about it already"):
        services.approve(proposal=proposal, actor=company.ana)


def test_one_rejection_in_any_step_ends_it(company):
    company.chain(Wish(who="owner"), Wish(who="anybody"))
    proposal = company.propose()

    services.reject(proposal=proposal, actor=company.ana, reason="No.")

    assert state(proposal) == "rejected"
    assert not proposal.steps.open().exists()


def test_an_author_who_is_asked_is_left_out(company):
    company.chain(Wish(who="steward"))
    proposal = company.propose(author=company.ana)

    assert waits_for(company.ana) == []
    with pytest.raises(Refused, match="own proposal"):
        services.approve(proposal=proposal, actor=company.ana)


def test_a_chain_gives_nobody_a_right(company):
    company.chain(Wish(who="people", people=[company.leo]))
    proposal = company.propose(author=company.ben)

    assert waits_for(company.leo) == []
    with pytest.raises(Refused, match="may not change"):
        services.approve(proposal=proposal, actor=company.leo)


def test_the_nearest_domain_goes_first_and_then_the_very_verb(company):
    sweets = company.inside(company.sales, slug="sweets", name="Sweets")
    for name, verb, domain in [
        ("everything", "", None),
        ("the verb", CHANGE, None),
        ("sales", "", company.sales.code),
        ("the verb in sales", CHANGE, company.sales.code),
    ]:
        save_chain(actor="t", name=name, verb=verb, domain=domain, steps=[Wish(who="anybody")])
    bonbons = make_asset("shop.public.bonbons", domain=sweets)
    stray = make_asset("shop.public.stray")

    def chain_for(asset):
        return company.propose(asset=asset).chain.name

    assert (chain_for(bonbons), chain_for(stray)) == ("the verb in sales", "the verb")
    switch_chain(chain=company.propose(asset=bonbons).chain, actor="t", on=False)
    assert chain_for(bonbons) == "sales"


def test_a_domain_below_asks_the_steward_above(company):
    sweets = company.inside(company.sales, slug="sweets", name="Sweets", steward=company.ben)
    bonbons = make_asset("shop.public.bonbons", domain=sweets)
    company.chain(Wish(who="steward"), Wish(who="steward_above"))
    proposal = company.propose(asset=bonbons)

    assert [waits_for(each) for each in (company.ben, company.ana)] == [[proposal], []]
    services.approve(proposal=proposal, actor=company.ben)
    assert [waits_for(each) for each in (company.ben, company.ana)] == [[], [proposal]]


def test_a_role_and_a_team_are_asked(company):
    dee = make_user("dee", "steward", "auditor", team="Night")
    chain = company.chain(
        Wish(who="role", role=dee.groups.get(name="auditor")), Wish(who="team", team=dee.team)
    )
    proposal = company.propose()

    assert [step.asked for step in chain.steps.all()] == ["Role auditor", "Team Night"]
    assert [waits_for(each) for each in (dee, company.ana)] == [[proposal], []]


def test_what_is_on_its_way_keeps_its_steps(company):
    chain = company.chain(Wish(who="people", people=[company.ben, company.cleo], needed=2))
    proposal = company.propose()

    save_chain(actor="tests", chain=chain, name="Chain", steps=[Wish(who="anybody")])

    services.approve(proposal=proposal, actor=company.ben)
    assert state(proposal) == "open"
    with pytest.raises(Refused, match="Ben Ode, Cleo Marsh decides now"):
        services.approve(proposal=proposal, actor=company.ana)
    assert asked(company.propose(author=company.ana)) == "Anybody who may change it"


@pytest.mark.parametrize("needed", [1, 2])
def test_the_database_counts_the_approvals_too(company, needed):
    company.chain(Wish(who="people", people=[company.ben, company.cleo], needed=needed))
    proposal = company.propose()
    if needed == 2:
        services.approve(proposal=proposal, actor=company.ben)

    with pytest.raises(IntegrityError, match="lacks approvals"):
        Proposal.objects.filter(pk=proposal.pk).update(state="approved", decided_by=company.ben)


def test_the_database_keeps_the_author_from_voting(company):
    proposal = company.propose()
    step = proposal.steps.get()

    with pytest.raises(IntegrityError, match="vote_four_eyes"):
        proposal.votes.create(step=step, author=company.leo, actor=company.leo, approves=True)
