from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset, Field
from catalog.assets.services import change_asset, change_field
from catalog.harvest.models import Harvest
from catalog.history.models import SchemaVersion
from catalog.renames import pairs, reads
from catalog.renames.facts import RenameAccepted, RenameDeclined, RenamesProposed
from catalog.renames.models import RenameProposal

CERTAIN, LIKELY = RenameProposal.Confidence.CERTAIN, RenameProposal.Confidence.LIKELY
Event = SchemaVersion.Event
WHY = {
    CERTAIN: "Both have the same id in their source.",
    LIKELY: "One went and one came with the same columns, and no other did.",
}
BATCH = 1000


@transaction.atomic
def propose_renames(*, harvest: Harvest) -> int:
    """Propose that what this harvest was without is what it saw for the first time; safe to run twice.

    Where the source has ids of its own, one side may also have been noticed by another harvest. Return
    how many proposals are new.
    """
    came = reads.assets_of(harvest, Event.FIRST, Event.RETURNED)
    gone = reads.assets_of(harvest, Event.MISSING, Event.REMOVED)
    if not came and not gone:
        return 0
    sure = _certain(harvest.source_id, came, gone)
    told = {pk for pair in sure for pk in pair}
    both = came and gone
    maybe = pairs.likely(reads.things(gone - told), reads.things(came - told)) if both else []
    return _propose(harvest, {CERTAIN: sure, LIKELY: maybe})


def _certain(source: int, came: set[int], gone: set[int]) -> list[tuple[int, int]]:
    """Begins with what is away: that is little, also where a first harvest saw very much come."""
    away = reads.away_with_ids(source)
    there = reads.there_with_ids(source, {thing.stable_id for thing in away})
    noticed = came | gone
    return [pair for pair in pairs.certain(away, there) if not noticed.isdisjoint(pair)]


def _propose(harvest: Harvest, found: dict[RenameProposal.Confidence, list[tuple[int, int]]]) -> int:
    now: datetime = timezone.now()
    rows = [
        RenameProposal(old_id=old, new_id=new, confidence=sure, why=WHY[sure], created_at=now)
        for sure, both in found.items()
        for old, new in both
    ]
    RenameProposal.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    number = RenameProposal.objects.filter(code__in=[row.code for row in rows]).count() if rows else 0
    if number:
        subject, code = str(harvest.source.code), str(harvest.code)
        record(RenamesProposed(subject=subject, actor=harvest.actor, harvest=code, count=number))
    return number


@transaction.atomic
def accept_rename(*, proposal: RenameProposal, actor: User, reason: str = "") -> RenameProposal:
    """Let the new asset take over what people said of the old one, where nobody said anything of it.

    The old one keeps what it had. Raises Refused when it was decided, overtaken, or is not the actor's.
    """
    row = _decidable(proposal, actor)
    taken = reads.taken(row.old, row.new)
    for each in taken:
        if isinstance(each.of, Field):
            change_field(field=each.of, actor=actor.username, changes=each.changes)
        else:
            change_asset(asset=each.of, actor=actor.username, changes=each.changes)
    _link(row)
    _decide(row, RenameProposal.State.ACCEPTED, actor, reason)
    record(
        RenameAccepted(
            subject=str(row.new.code),
            actor=actor.username,
            old=str(row.old.code),
            taken=[name for each in taken if isinstance(each.of, Asset) for name in each.changes],
            fields=[each.of.name for each in taken if isinstance(each.of, Field)],
            reason=reason,
        )
    )
    return row


@transaction.atomic
def decline_rename(*, proposal: RenameProposal, actor: User, reason: str) -> RenameProposal:
    """Say that they are two things; never proposed again. Raises ValidationError, Refused as above."""
    if not reason.strip():
        raise ValidationError({"reason": "Say how you know that it is another one."})
    row = _decidable(proposal, actor)
    _decide(row, RenameProposal.State.DECLINED, actor, reason)
    old, new = str(row.old.code), str(row.new.code)
    record(RenameDeclined(subject=new, actor=actor.username, old=old, reason=reason))
    return row


def _decidable(proposal: RenameProposal, actor: User) -> RenameProposal:
    """The row, locked with both of its assets."""
    rows = RenameProposal.objects.select_for_update(of=("self",))
    row = rows.get(pk=proposal.pk)
    both = Asset.objects.select_for_update(of=("self",)).select_related("source__domain", "owner", "domain")
    assets = {asset.pk: asset for asset in both.filter(pk__in=[row.old_id, row.new_id]).order_by("pk")}
    row.old, row.new = assets[row.old_id], assets[row.new_id]
    if not row.is_open:
        raise Refused(f"It was {row.state} already.")
    if not RenameProposal.objects.waiting().filter(pk=row.pk).exists():
        raise Refused("Meanwhile the old one came back, or the new one is gone.")
    if not RenameProposal.objects.visible_to(actor, "change").filter(pk=row.pk).exists():
        raise Refused("You may not change both of them.")
    return row


def _link(row: RenameProposal) -> None:
    """Each tells of the other in its facts, by code."""
    for asset, key, other in ((row.old, "renamed_to", row.new), (row.new, "renamed_from", row.old)):
        facts = {**Asset.objects.values_list("facts", flat=True).get(pk=asset.pk), key: str(other.code)}
        Asset.objects.filter(pk=asset.pk).update(facts=facts, updated_at=timezone.now())


def _decide(row: RenameProposal, state: str, actor: User, reason: str) -> None:
    row.state, row.decided_by, row.decided_at, row.reason = state, actor, timezone.now(), reason
    row.save(update_fields=["state", "decided_by", "decided_at", "reason"])
