from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.exchange import document
from catalog.exchange.document import Given
from catalog.exchange.facts import (
    ImportDiscarded,
    ImportPrepared,
    ImportStarted,
    MetadataExported,
    OldImportsDeleted,
)
from catalog.exchange.models import CARRY_OUT, KEPT, PREVIEW, ImportRow, MetadataImport
from catalog.exchange.order import depths
from catalog.exchange.shapes import KINDS, Row, label, problem
from catalog.exchange.shelves import SHELVES
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job

SYSTEM = "system"
NO_REASON = "Say why: who decides about the proposals reads it."
IN_ITSELF = "{}: It would stand in itself."
TWICE = "Another row of the file names the same."


def export(*, reader: User, kinds: Sequence[str] = tuple(KINDS)) -> Iterator[str]:
    """Yield the document of what the reader may see; that it was taken away is a fact when it ends."""
    numbers: dict[str, int] = dict.fromkeys(kinds, 0)
    yield from document.written({kind: _counted(kind, reader, numbers) for kind in kinds})
    _note_export(reader, numbers)


def export_sheet(*, reader: User, kind: str) -> Iterator[str]:
    """Yield the CSV of one kind, likewise."""
    numbers = {kind: 0}
    yield from document.sheet(kind, _counted(kind, reader, numbers))
    _note_export(reader, numbers)


def _counted(kind: str, reader: User, numbers: dict[str, int]) -> Iterator[Row]:
    for row in SHELVES[kind].rows(reader):
        numbers[kind] += 1
        yield row


@transaction.atomic
def _note_export(reader: User, numbers: dict[str, int]) -> None:
    record(MetadataExported(subject="metadata", actor=reader.username, rows=numbers))


@transaction.atomic
def prepare_import(*, author: User, title: str, given: Iterable[Given]) -> MetadataImport:
    """Keep the rows of a file, and have a job compare them with what is said; change nothing else."""
    batch = MetadataImport.objects.create(author=author, title=title[:200])
    rows = list(_rows(batch, list(given)))
    ImportRow.objects.bulk_create(rows, batch_size=1000)
    batch.preview = submit_job(
        kind=PREVIEW, arguments={"import_id": batch.pk}, actor=author.username, subject=batch.subject
    )
    batch.save(update_fields=["preview"])
    record(ImportPrepared(subject=str(batch.code), actor=author.username, rows=len(rows)))
    return batch


def _rows(batch: MetadataImport, given: list[Given]) -> Iterator[ImportRow]:
    """Yield the rows, what stands above others first."""
    wrong = {(each.kind, each.number): problem(each.kind, each.said) for each in given}
    sound = [each for each in given if not wrong[each.kind, each.number]]
    deep = {kind: _depths(kind, [each.said for each in sound if each.kind == kind]) for kind in KINDS}
    seen: set[Any] = set()
    order = list(KINDS)

    def position(each: Given) -> tuple[int, int, int]:
        return order.index(each.kind), _depth(each, deep, wrong) or 0, each.number

    for place, each in enumerate(sorted(given, key=position), start=1):
        said = wrong[each.kind, each.number]
        row = ImportRow(batch=batch, kind=each.kind, number=each.number, place=place)
        if not said:
            shape = KINDS[each.kind]
            key = (each.kind, *shape.key_of(each.said))
            row.said, row.label = each.said, label(key[1:])[:500]
            said = TWICE if key in seen else ""
            if _depth(each, deep, wrong) is None:
                said = IN_ITSELF.format(shape.parent)
            seen.add(key)
        if said:
            row.expected, row.note = ImportRow.Expected.WRONG, said[:1000]
        yield row


def _depths(kind: str, rows: list[Row]) -> dict[str, int | None]:
    parent = KINDS[kind].parent
    return depths({row[KINDS[kind].key[0]]: row.get(parent) for row in rows}) if parent else {}


def _depth(each: Given, deep: dict[str, dict[str, int | None]], wrong: dict[Any, str]) -> int | None:
    if wrong[each.kind, each.number]:
        return 0
    if each.kind == "tags":
        return str(each.said["path"]).count(".")
    return deep[each.kind].get(each.said[KINDS[each.kind].key[0]], 0)


@transaction.atomic
def start_import(*, batch: MetadataImport, actor: User, propose: bool = False, reason: str = "") -> Job:
    """Have a job carry out what waits; raises Refused, or ValidationError by attribute."""
    row = MetadataImport.objects.select_for_update(of=("self",)).for_list().get(pk=batch.pk)
    if not row.is_compared:
        raise Refused("It is not compared yet with what is said.")
    if row.is_busy and row.job:
        return row.job
    if not row.rows.waiting().exists():
        raise Refused("It has ended, and nothing is left to do.")
    if propose and not actor.has_perm("stewardship.add_proposal"):
        raise ValidationError({"propose": "Your roles do not include proposals."})
    if propose and not reason.strip():
        raise ValidationError({"reason": NO_REASON})
    row.propose, row.reason = propose, reason if propose else ""
    row.job = submit_job(
        kind=CARRY_OUT, arguments={"import_id": row.pk}, actor=actor.username, subject=row.subject
    )
    row.save(update_fields=["job", "propose", "reason"])
    record(ImportStarted(subject=str(row.code), actor=actor.username, rows=row.rows.waiting().count()))
    return row.job


@transaction.atomic
def discard_import(*, batch: MetadataImport, actor: User) -> None:
    """Forget one that was never started."""
    row = MetadataImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if row.job_id:
        raise Refused("It was started: what it did stays in the log.")
    record(ImportDiscarded(subject=str(row.code), actor=actor.username, rows=row.rows.count()))
    row.delete()


@transaction.atomic
def delete_old_imports() -> int:
    """Forget imports that nobody started for long; safe to run twice. Return how many went."""
    now = timezone.now()
    old = MetadataImport.objects.forgettable(now).select_for_update(of=("self",), skip_locked=True)
    pks = list(old.order_by("pk").values_list("pk", flat=True))
    MetadataImport.objects.filter(pk__in=pks).delete()
    if pks:
        record(OldImportsDeleted(subject=(now - KEPT).isoformat(), actor=SYSTEM, number=len(pks)))
    return len(pks)
