"""After a harvest: what went and what came may be the same. A job looks; its proposals wait in the inbox."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from accesscontrol.audit.facts import announced
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.harvest.facts import SourceHarvested
from catalog.harvest.models import Harvest
from catalog.renames.models import RenameProposal
from catalog.renames.reads import decidable, may_be_renamed
from catalog.renames.services import accept_rename, decline_rename
from catalog.renames.tasks import PROPOSE
from stewardship.approvals.inbox import Line, Waiting, add_waiting
from stewardship.jobs.services import submit_job


@receiver(announced, sender=SourceHarvested)
def propose_after(fact: SourceHarvested, **kwargs: Any) -> None:
    harvest = Harvest.objects.filter(code=fact.harvest).first()
    if harvest and may_be_renamed(harvest):
        arguments = {"harvest_id": harvest.pk}
        submit_job(kind=PROPOSE, arguments=arguments, actor=fact.actor, subject=harvest.subject)


def lines(reader: User) -> list[Line]:
    return [_line(row) for row in decidable(reader).for_list()[:100]]


def _line(row: RenameProposal) -> Line:
    asked = f"Say whether {row.new.title} is what {row.old.title} was"
    return Line(
        row.old.name,
        row.get_absolute_url(),
        asked,
        "Harvest",
        row.why,
        row.created_at,
        code=row.code,
        mine=False,
        subject=row.new.code,
    )


def _waiting(user: User, code: UUID) -> RenameProposal:
    row: RenameProposal | None = decidable(user).filter(code=code).first()
    if row is None:
        raise Refused("This does not wait for you.")
    return row


def accept(user: User, code: UUID, reason: str) -> None:
    accept_rename(proposal=_waiting(user, code), actor=user, reason=reason)


def decline(user: User, code: UUID, reason: str) -> None:
    decline_rename(proposal=_waiting(user, code), actor=user, reason=reason)


add_waiting(
    Waiting(
        "Renamed assets",
        decidable,
        lines,
        approve=accept,
        reject=decline,
        words=("It is the same", "It is another"),
    )
)
