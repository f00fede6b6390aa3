"""After a harvest: what went and what came may be the same; proposals wait in the inbox."""

from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import announced
from accesscontrol.identity.models import User
from catalog.harvest.facts import SourceHarvested
from catalog.harvest.models import Harvest
from catalog.renames.models import RenameProposal
from catalog.renames.reads import decidable
from catalog.renames.services import propose_renames
from stewardship.approvals.inbox import Line, Waiting, add_waiting


@receiver(announced, sender=SourceHarvested)
def propose_after(fact: SourceHarvested, **kwargs: Any) -> None:
    harvest = Harvest.objects.select_related("source").filter(code=fact.harvest).first()
    if harvest is not None:
        propose_renames(harvest=harvest)


def lines(reader: User) -> list[Line]:
    return [_line(row) for row in decidable(reader).for_list()[:100]]


def _line(row: RenameProposal) -> Line:
    asked = f"Say whether {row.new.title} is what {row.old.title} was"
    return Line(row.old.name, row.get_absolute_url(), asked, "Harvest", row.why, row.created_at)


add_waiting(Waiting("Renamed assets", decidable, lines))
