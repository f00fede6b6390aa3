from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.assets.copying import copy_in
from catalog.assets.models import Asset, AssetQuerySet
from catalog.bulk.facts import (
    BulkEditDiscarded,
    BulkEditPrepared,
    BulkEditStarted,
    BulkReportExported,
    OldBulkEditsDeleted,
)
from catalog.bulk.models import BULK_EDIT, KEPT, BulkEdit, BulkItem
from catalog.bulk.reads import changeable
from catalog.bulk.wishes import ADD, LISTS, MAPPINGS, REMOVE, after, different, wrong
from catalog.metadata.attributes import VERBS
from catalog.metadata.reads import said_of
from catalog.metadata.services import checked
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job

MOST = 50_000
SYSTEM = "system"
STEP = 1000
OF_ONE = {"description", "replacement", "retires_on", "has_personal_data"}  # hardly the same of many
SETTABLE = frozenset(VERBS) - OF_ONE
NO_REASON = "Say why: who decides about the proposals reads it."
Expected = BulkItem.Expected


@transaction.atomic
def prepare_edit(
    *,
    author: User,
    assets: AssetQuerySet,
    wishes: Mapping[str, Any],
    query: str = "",
) -> BulkEdit:
    """Keep which assets are meant, as they are now, and what is to be expected of each; change nothing.

    `assets` are of what `author` may see. Raises ValidationError, of a wish under its name; Refused for none
    and for too many.
    """
    edit = BulkEdit.objects.create(author=author, query=query, wishes=_checked(wishes))
    pks = list(assets.values_list("pk", flat=True)[: MOST + 1])
    if not pks:
        raise Refused("Nothing is selected that you may see.")
    if len(pks) > MOST:
        raise Refused(f"More than {MOST:,} assets are selected. Narrow the search, then change them.")
    copy_in(BulkItem, list(_items(edit, pks)))
    _note_prepared(edit, len(pks))
    return edit


def _checked(wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes as assets can fulfil them; raises ValidationError."""
    found = wrong(wishes, SETTABLE)
    if found:
        raise ValidationError({name or "wishes": sentence for name, sentence in found.items()})
    lists = {
        name: [*wishes[name].get(ADD, ()), *wishes[name].get(REMOVE, ())] for name in LISTS if name in wishes
    }
    checked(values=lists)
    rest = {name: wish for name, wish in wishes.items() if name not in lists and name not in MAPPINGS}
    return {**wishes, **checked(values=rest)}


def _items(edit: BulkEdit, pks: list[int]) -> Iterator[dict[str, Any]]:
    """Yield the columns of each item, in the order of `pks`."""
    for start in range(0, len(pks), STEP):
        some = pks[start : start + STEP]
        assets = list(Asset.objects.filter(pk__in=some).for_list())
        said, mine = said_of(assets, edit.wishes.keys()), changeable(edit.author, some, edit.wishes)
        versions = {asset.pk: asset.version for asset in assets}
        for pk in some:
            differs = different(said[pk], after(said[pk], edit.wishes))
            told = Expected.REFUSED if pk not in mine else Expected.CHANGE
            expected = told if differs else Expected.SAME
            yield {"edit_id": edit.pk, "asset_id": pk, "version": versions[pk], "expected": expected}


@transaction.atomic
def prepare_undo(*, edit: BulkEdit, actor: User) -> BulkEdit:
    """Keep what each changed asset said before, to say it again where what the edit said still stands.

    Raises Refused for an edit that has not ended, changed nothing, or is being undone already.
    """
    row = BulkEdit.objects.select_for_update(of=("self",)).select_related("job").get(pk=edit.pk)
    if not row.has_ended:
        raise Refused("It has not ended yet.")
    if BulkEdit.objects.filter(undoes=row).exists():
        raise Refused("It was undone already, or its undoing is prepared.")
    changed = list(row.items.changed().select_related("asset"))
    if not changed:
        raise Refused("It changed nothing.")
    names = {name for item in changed for name in item.before}
    mine = changeable(actor, [item.asset_id for item in changed], names)
    undoing = BulkEdit.objects.create(author=actor, undoes=row)
    BulkItem.objects.bulk_create(
        BulkItem(
            edit=undoing,
            asset=item.asset,
            version=item.asset.version,
            expected=Expected.CHANGE if item.asset_id in mine else Expected.REFUSED,
            before=item.after,
            after=item.before,
        )
        for item in changed
    )
    _note_prepared(undoing, len(changed))
    return undoing


@transaction.atomic
def start_edit(*, edit: BulkEdit, actor: User, propose: bool = False, reason: str = "") -> Job:
    """Queue the work, or what was left of it; what `actor` may not change is proposed or skipped.

    Raises ValidationError by field, and Refused where nothing is left to do.
    """
    row = BulkEdit.objects.select_for_update(of=("self",)).select_related("job").get(pk=edit.pk)
    if row.job and row.job.is_unfinished:
        return row.job
    if not row.items.waiting().exists():
        raise Refused("It has ended, and nothing is left to do.")
    _check_proposing(actor, propose, reason)
    row.propose, row.reason = propose, reason if propose else ""
    row.job = submit_job(
        kind=BULK_EDIT, arguments={"edit_id": row.pk}, actor=actor.username, subject=row.subject
    )
    row.save(update_fields=["job", "propose", "reason"])
    record(BulkEditStarted(subject=str(row.code), actor=actor.username, assets=row.items.count()))
    return row.job


def _check_proposing(actor: User, propose: bool, reason: str) -> None:
    if propose and not actor.has_perm("stewardship.add_proposal"):
        raise ValidationError({"propose": "Your roles do not include proposals."})
    if propose and not reason.strip():
        raise ValidationError({"reason": NO_REASON})


@transaction.atomic
def discard_edit(*, edit: BulkEdit, actor: User) -> None:
    """Forget one that was never started."""
    row = BulkEdit.objects.select_for_update(of=("self",)).get(pk=edit.pk)
    if row.job_id:
        raise Refused("It was started. What it changed can be undone when it has ended.")
    record(BulkEditDiscarded(subject=str(row.code), actor=actor.username, assets=row.items.count()))
    row.delete()


@transaction.atomic
def delete_old_edits() -> int:
    """Forget bulk edits that nobody started for long; safe to run twice. Return how many went."""
    now = timezone.now()
    old = BulkEdit.objects.forgettable(now).select_for_update(of=("self",), skip_locked=True)
    pks = list(old.order_by("pk").values_list("pk", flat=True))
    BulkEdit.objects.filter(pk__in=pks).delete()
    if pks:
        record(OldBulkEditsDeleted(subject=(now - KEPT).isoformat(), actor=SYSTEM, number=len(pks)))
    return len(pks)


def _note_prepared(edit: BulkEdit, assets: int) -> None:
    undoes = str(edit.undoes.code) if edit.undoes else None
    record(
        BulkEditPrepared(
            subject=str(edit.code),
            actor=edit.author.username,
            assets=assets,
            query=edit.query,
            wishes=edit.wishes,
            undoes=undoes,
        )
    )


@transaction.atomic
def note_export(*, edit: BulkEdit, actor: User, rows: int) -> None:
    """Say that a report left the portal as a file."""
    record(BulkReportExported(subject=str(edit.code), actor=actor.username, assets=rows))
