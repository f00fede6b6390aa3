"""What time does: it asks others, reminds, or ends a proposal; it never approves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accesscontrol.audit.models import Entry
from stewardship.approvals import services, tasks
from stewardship.approvals.models import Proposal
from stewardship.approvals.steps import ProposalStep
from stewardship.chains.wishes import Wish
from stewardship.notices.models import Notice
from tests.build import make_user
from tests.stewardship.approvals.people import details, state
from tests.stewardship.approvals.test_deputies import away


def waits_for(person):
    return list(Proposal.objects.decidable_by(person))


def days_pass(days):
    """Everything that is open is that much older."""
    for step in ProposalStep.objects.open().filter(due_at__isnull=False):
        ProposalStep.objects.filter(pk=step.pk).update(due_at=step.due_at - timedelta(days=days))


def told(person, topic):
    return list(Notice.objects.visible_to(person).filter(topic=topic).values_list("title", flat=True))


def test_nothing_happens_before_it_is_due(company):
    company.chain(Wish(who="owner", days=3, silence="expire"))
    proposal = company.propose()
    days_pass(2)

    assert tasks.pass_time() == 0
    assert state(proposal) == "open"


def test_it_expires_and_its_author_is_told(company):
    company.chain(Wish(who="owner", days=3, silence="expire"))
    proposal = company.propose()
    days_pass(4)

    assert (tasks.pass_time(), tasks.pass_time()) == (1, 0)
    assert (state(proposal), proposal.decided_by) == ("expired", None)
    assert Entry.objects.get(action="approvals.proposal_expired").actor == "system"
    assert told(company.leo, "proposal") == ["Expired: shop.public.orders"]
    assert waits_for(company.ana) == []


def test_it_escalates_to_the_next_step_once_and_needs_no_fewer(company):
    company.chain(
        Wish(who="owner", days=3, silence="escalate", then="next"),
        Wish(who="people", people=[company.ben, company.cleo]),
    )
    proposal = company.propose()
    days_pass(4)

    assert (tasks.pass_time(), tasks.pass_time()) == (1, 0)
    assert [waits_for(each) for each in (company.ana, company.ben)] == [[proposal], [proposal]]
    services.approve(proposal=proposal, actor=company.ben)
    assert (state(proposal), waits_for(company.ben)) == ("open", [])
    services.approve(proposal=proposal, actor=company.cleo)
    assert state(proposal) == "approved"
    assert details("approvals.proposal_escalated")["asked"] == "Ben Ode, Cleo Marsh"


def test_it_escalates_to_a_role_and_is_due_again(company):
    dee = make_user("dee", "steward", "auditor")
    role = dee.groups.get(name="auditor")
    company.chain(Wish(who="owner", days=3, silence="escalate", then="role", then_role=role))
    proposal = company.propose()
    days_pass(4)

    tasks.pass_time()

    assert waits_for(dee) == [proposal]
    step = proposal.steps.get()
    assert step.escalated_at
    assert step.due_at > timezone.now() + timedelta(days=2)


def test_it_escalates_to_the_steward_above(company):
    sweets = company.inside(company.sales, slug="sweets", name="Sweets", steward=company.ben)
    company.orders.domain = sweets
    company.orders.save()
    company.chain(Wish(who="steward", days=1, silence="escalate", then="steward_above"))
    proposal = company.propose()

    assert waits_for(company.ana) == []
    days_pass(2)
    tasks.pass_time()
    assert waits_for(company.ana) == [proposal]


def test_people_are_reminded_once_a_day_of_how_much_waits(company):
    company.chain(Wish(who="owner", days=3))
    for author in (company.leo, company.cleo):
        company.propose(author=author)
    days_pass(4)
    company.propose(author=company.ben)
    days_pass(2)

    assert (tasks.remind(), tasks.remind()) == (1, 0)
    assert told(company.ana, "decisions_due") == ["Decisions wait for you: 2 overdue, 1 due by tomorrow"]


def test_a_deputy_is_reminded_too(company):
    company.chain(Wish(who="owner", days=3))
    company.propose()
    away(company.ana, company.ben)
    days_pass(4)

    assert tasks.remind() == 2
    assert told(company.ben, "decisions_due") == ["Decisions wait for you: 1 overdue"]


def test_what_nobody_can_decide_is_told_to_those_who_change_chains(company):
    root = make_user("root", "administrator")
    company.chain(Wish(who="business_owner", days=3))
    company.propose()
    days_pass(4)

    tasks.remind()

    assert told(root, "decisions_orphans") == ["Nobody can decide 1 overdue proposal"]


@pytest.mark.parametrize("silence", ["remind", "escalate", "expire"])
def test_silence_approves_nothing(company, silence):
    then = "steward_above" if silence == "escalate" else ""
    company.chain(Wish(who="owner", days=1, silence=silence, then=then))
    proposal = company.propose()
    for _ in range(5):
        days_pass(30)
        tasks.pass_time()
        tasks.remind()

    company.orders.refresh_from_db()
    assert state(proposal) != "approved"
    assert company.orders.description == "Orders"
