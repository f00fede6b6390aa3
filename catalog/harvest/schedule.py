"""Harvests that nobody asks for: each source by its own schedule."""

from django.db import transaction
from django.utils import timezone

from catalog.harvest.models import Harvest
from catalog.sources.models import Source
from catalog.sources.services import submit_harvest

ACTOR = "schedule"


def submit_due() -> int:
    """Queue a harvest of each source whose moment came since it was last looked at; return how many.

    However many moments went by meanwhile, it is one harvest. Several clocks may call this at once.
    """
    now = timezone.now()
    due = [row for row in Source.objects.scheduled() if any(moment <= now for moment in row.next_harvests())]
    return sum(_submit(row) for row in due)


@transaction.atomic
def _submit(known: Source) -> bool:
    """Queue it unless another clock was faster, or the source was changed or is being changed."""
    rows = Source.objects.select_for_update(skip_locked=True, of=("self",))
    same = {"pk": known.pk, "schedule": known.schedule, "scheduled_at": known.scheduled_at}
    row = rows.filter(**same).first()
    if row is None:
        return False
    row.scheduled_at = timezone.now()
    row.save(update_fields=["scheduled_at"])
    submit_harvest(source=row, actor=ACTOR, reason=Harvest.Reason.SCHEDULE)
    return True
