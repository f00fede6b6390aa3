"""Whatever people do in whatever order: never by the author, never by too few, and never without a trace."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from stewardship.approvals import clock, services
from stewardship.approvals.models import Proposal
from stewardship.approvals.steps import ProposalStep, Vote
from stewardship.chains.models import Chain
from stewardship.chains.services import save_chain, switch_chain
from stewardship.chains.wishes import Wish
from stewardship.delegations.models import Delegation
from stewardship.delegations.services import end_delegation, name_deputy
from tests.build import make_asset, make_user
from tests.stewardship.approvals.people import CHANGE, Company

PEOPLE = ("leo", "ana", "ben", "cleo", "dan")
authors = st.sampled_from(["leo", "leo", "leo", "ana", "ben"])
people = st.sampled_from(PEOPLE)
numbers = st.integers(0, 7)
steps = st.lists(
    st.tuples(
        st.sampled_from(
            [("anybody", 2), ("people", 2), ("anybody", 1), ("people", 1), ("owner", 1), ("steward", 1)]
        ),
        st.sampled_from(["remind", "remind", "escalate", "expire"]),
    ),
    min_size=1,
    max_size=2,
)
acts = st.one_of(
    st.tuples(st.just("propose"), authors, numbers),
    st.tuples(st.just("propose"), authors, numbers),
    st.tuples(st.just("approve"), people, numbers),
    st.tuples(st.just("everybody_approves"), st.permutations(PEOPLE), numbers),
    st.tuples(st.just("everybody_approves"), st.permutations(PEOPLE), numbers),
    st.tuples(st.sampled_from(["reject", "send_back", "withdraw", "rebase"]), people, numbers),
    st.tuples(st.just("hand_over"), people, people, numbers),
    st.tuples(st.just("stand_in"), people, people),
    st.tuples(st.just("take_back"), numbers),
    st.tuples(st.just("chain"), steps),
    st.tuples(st.just("switch"), st.booleans()),
    st.tuples(st.just("change"), numbers),
    st.tuples(st.just("time"), st.integers(1, 4)),
)
CLOSED = {
    "approved": "approvals.proposal_approved",
    "rejected": "approvals.proposal_rejected",
    "sent_back": "approvals.proposal_sent_back",
    "withdrawn": "approvals.proposal_withdrawn",
    "expired": "approvals.proposal_expired",
}


class Office:
    """Does what it is told as far as the portal lets it, and remembers what each proposal was promised."""

    def __init__(self) -> None:
        self.company = Company()
        make_user("dan", "steward")
        more = make_asset("shop.public.more", domain=self.company.sales, owner=self.company.ben)
        self.assets = [self.company.orders, more]
        self.promised: dict[int, list[int]] = {}  # how many different people, step by step

    def do(self, act: tuple[Any, ...]) -> None:
        name, *arguments = act
        try:
            with transaction.atomic():
                getattr(self, name)(*arguments)
        except (Refused, ValidationError):
            pass

    def person(self, name: str) -> User:
        return User.objects.get(username=name)

    def one(self, number: int) -> Proposal:
        """An open one most of the time."""
        chosen = Proposal.objects.open() if number else Proposal.objects.all()
        rows = list(chosen.order_by("pk"))
        return rows[number % len(rows)] if rows else self.propose("leo", number)

    def propose(self, author: str, number: int) -> Proposal:
        chain = Chain.objects.filter(is_active=True).first()
        promise = [step.needed for step in chain.steps.all()] if chain else [1]
        asset = self.assets[number % len(self.assets)]
        changes = {"description": f"Text {number}", "sensitivity": number % 4}
        asset.refresh_from_db()
        row = services.propose(
            verb=CHANGE, subject=asset, changes=changes, reason="", author=self.person(author)
        )
        self.promised[row.pk] = promise
        return row

    def approve(self, actor: str, number: int) -> None:
        services.approve(proposal=self.one(number), actor=self.person(actor))

    def everybody_approves(self, actors: list[str], number: int) -> None:
        """One after the other, as far as they may."""
        row = self.one(number)
        for actor in actors:
            self.do(("approve_this", actor, row))

    def approve_this(self, actor: str, row: Proposal) -> None:
        services.approve(proposal=row, actor=self.person(actor))

    def reject(self, actor: str, number: int) -> None:
        services.reject(proposal=self.one(number), actor=self.person(actor), reason="No.")

    def send_back(self, actor: str, number: int) -> None:
        services.send_back(proposal=self.one(number), actor=self.person(actor), reason="Again.")

    def withdraw(self, actor: str, number: int) -> None:
        services.withdraw(proposal=self.one(number), actor=self.person(actor))

    def rebase(self, actor: str, number: int) -> None:
        row = self.one(number)
        version = Asset.objects.get(code=row.subject).version
        services.rebase(proposal=row, actor=self.person(actor), keys=list(row.after), version=version)

    def hand_over(self, actor: str, deputy: str, number: int) -> None:
        row = self.one(number)
        services.hand_over(proposal=row, actor=self.person(actor), deputy=self.person(deputy))

    def stand_in(self, person: str, deputy: str) -> None:
        now = timezone.now()
        name_deputy(
            actor=self.person(person), deputy=self.person(deputy), starts_at=now, ends_at=now + timedelta(9)
        )

    def take_back(self, number: int) -> None:
        rows = list(Delegation.objects.open())
        if rows:
            row = rows[number % len(rows)]
            end_delegation(delegation=row, actor=row.person)

    def chain(self, wanted: list[tuple[tuple[str, int], str]]) -> None:
        """Another chain, or another content of the one that there is."""
        company = self.company
        wishes = [
            Wish(
                who=who,
                needed=needed,
                people=[company.ana, company.ben, company.cleo] if who == "people" else (),
                days=3,
                silence=silence,
                then="steward_above" if silence == "escalate" else "",
            )
            for (who, needed), silence in wanted
        ]
        save_chain(actor="tests", name="Chain", steps=wishes, chain=self.chain_there())

    def chain_there(self) -> Chain | None:
        return Chain.objects.filter(name="Chain").first()

    def switch(self, on: bool) -> None:
        chain = self.chain_there()
        if chain:
            switch_chain(chain=chain, actor="tests", on=on)

    def change(self, number: int) -> None:
        change_asset(asset=self.company.orders, actor="tests", changes={"description": f"By hand {number}"})

    def time(self, days: int) -> None:
        for step in ProposalStep.objects.open().exclude(due_at=None):
            ProposalStep.objects.filter(pk=step.pk).update(due_at=step.due_at - timedelta(days))
        clock.pass_time()
        clock.remind()


def check(office: Office) -> None:
    for row in Proposal.objects.all():
        votes = list(Vote.objects.filter(proposal=row, is_void=False).select_related("step"))
        voices = [pk for vote in votes for pk in (vote.actor_id, vote.on_behalf_of_id) if pk]
        assert row.author_id not in voices
        assert len(set(voices)) == len(voices), "somebody spoke twice"
        if row.state == "approved":
            given = Counter(vote.step.position for vote in votes if vote.approves)
            assert [given[at] for at in range(1, len(given) + 1)] == office.promised[row.pk]
            assert len({vote.actor_id for vote in votes}) == sum(office.promised[row.pk])
        assert ProposalStep.objects.filter(proposal=row, state="open").count() == (row.state == "open")
        trace = Counter(
            Entry.objects.filter(object_type="proposal", object_id=str(row.code)).values_list(
                "action", flat=True
            )
        )
        assert trace["approvals.proposal_made"] == 1
        assert [trace[fact] for state, fact in CLOSED.items()] == [row.state == state for state in CLOSED]
        spoken = Vote.objects.filter(proposal=row).count()
        closed_by_vote = row.state in {"approved", "rejected", "sent_back"}
        assert trace["approvals.approval_given"] == spoken - closed_by_vote


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(steps, st.lists(acts, min_size=15, max_size=30))
def test_four_eyes_enough_people_and_a_trace(first, todo):
    with transaction.atomic():
        office = Office()
        for act in [("chain", first), *todo]:
            office.do(act)
        check(office)
        transaction.set_rollback(True)
