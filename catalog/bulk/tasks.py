"""Carrying out a bulk edit as a job."""

from celery import shared_task

from catalog.bulk import services
from catalog.bulk.carrying import carry_out
from catalog.bulk.models import BULK_EDIT, BulkEdit, BulkItem
from stewardship.jobs.kinds import Result, Work, job_kind

TOLD = {
    BulkItem.State.CHANGED: "changed",
    BulkItem.State.PROPOSED: "proposed",
    BulkItem.State.SAME: "said so already",
    BulkItem.State.SKIPPED: "skipped",
    BulkItem.State.STALE: "changed meanwhile",
}


@job_kind(BULK_EDIT, "Bulk edit")
def bulk_edit(work: Work, edit_id: int) -> Result:
    edit = BulkEdit.objects.get(pk=edit_id)
    carry_out(edit=edit, work=work)
    return {"message": told(edit)}


def told(edit: BulkEdit) -> str:
    """How many became what."""
    states = list(edit.items.values_list("state", flat=True))
    return (
        ", ".join(f"{states.count(state)} {words}" for state, words in TOLD.items() if state in states) + "."
    )


@shared_task
def delete_old() -> int:
    """The clock's call, once a night."""
    return services.delete_old_edits()
