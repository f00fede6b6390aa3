"""What the page of one proposal shows to one reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.approvals import conflict, reads
from stewardship.approvals.models import Proposal
from stewardship.approvals.steps import ProposalStep


@dataclass(frozen=True)
class Compared:
    """One field in three columns, in words."""

    key: str
    called: str
    base: str
    proposed: str
    present: str
    state: str


@dataclass(frozen=True)
class Shown:
    """`version` is that of the subject now; `compared` is empty where nothing stands in the way."""

    steps: list[ProposalStep]
    differences: list[conflict.Difference]
    compared: list[Compared]
    version: int
    is_newer: bool  # the subject changed meanwhile
    may_decide: bool
    is_last: bool  # one approval does it
    more: dict[str, int]


def shown(row: Proposal, *, reader: User) -> Shown:
    may = Proposal.objects.decidable_by(reader).filter(pk=row.pk).exists()
    steps = row.steps.prefetch_related("votes__actor", "votes__on_behalf_of")
    subject = _subject(row, reader)
    differences = reads.differences(row, subject) if subject and row.is_open else []
    stale = bool(conflict.conflicts(differences))
    return Shown(
        steps=list(steps),
        differences=differences,
        compared=[_in_words(row, each) for each in differences] if stale else [],
        version=subject.version if subject else 0,
        is_newer=bool(subject) and row.is_open and subject.version != row.base_version,
        may_decide=may,
        is_last=may and reads.is_last_approval(row),
        more=reads.more_like(row, reader=reader) if may else {},
    )


def _subject(row: Proposal, reader: User) -> Any:
    try:
        return reads.subject_of(row, reader=reader)
    except Refused:
        return None


def _in_words(row: Proposal, each: conflict.Difference) -> Compared:
    base, proposed, present = (row.shown(each.key, one) for one in (each.base, each.proposed, each.present))
    return Compared(each.key, row.called(each.key), base, proposed, present, each.state)
