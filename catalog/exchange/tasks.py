"""Comparing a file of metadata, and carrying it out, as jobs."""

from celery import shared_task

from catalog.exchange import services, settling
from catalog.exchange.models import CARRY_OUT, PREVIEW, ImportRow, MetadataImport
from stewardship.jobs.kinds import Result, Work, job_kind, job_subject

job_subject("metadata_import", MetadataImport.objects.visible_to)


@job_kind(PREVIEW, "Preview of an import")
def preview(work: Work, import_id: int) -> Result:
    batch = MetadataImport.objects.get(pk=import_id)
    total = batch.rows.count()
    work.progress(0, total, f"Comparing {total} rows with what is said.")
    settling.compare(batch=batch)
    return {"message": f"{total} rows are compared. Nothing is changed yet."}


@job_kind(CARRY_OUT, "Import of metadata")
def carry_out(work: Work, import_id: int) -> Result:
    batch = MetadataImport.objects.get(pk=import_id)
    settling.carry_out(batch=batch, work=work)
    return {"message": told(batch)}


def told(batch: MetadataImport) -> str:
    """How many became what."""
    states = list(batch.rows.values_list("state", flat=True))
    words = {state: name.lower() for state, name in ImportRow.State.choices}
    return ", ".join(f"{states.count(state)} {words[state]}" for state in words if state in states) + "."


@shared_task
def delete_old() -> int:
    """The clock's call, once a night."""
    return services.delete_old_imports()
