from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from accesscontrol.secrets.cipher import WrongKey
from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import Connector, ServerFacts
from catalog.connectors.registry import connect
from catalog.domains.models import Domain
from catalog.editing.stale import Stale
from catalog.sources.check import wrong_schedule
from catalog.sources.facts import SourceRemoved, SourceSaved, SourceTested
from catalog.sources.models import HARVEST, Source
from stewardship.jobs.models import Job
from stewardship.jobs.services import submit_job

FAIL_SAFE = 20  # percent
MOVED = (
    "It has another address now. What the catalog has of {} is read no more: harvests tell of it as "
    "not seen, and ask first unless the fail-safe is off."
)


@transaction.atomic
def save_source(
    *,
    actor: str,
    name: str,
    kind: str,
    settings: Mapping[str, Any],
    secret: str = "",
    domain: Domain | None = None,
    location: str = "",
    schedule: str = "",
    fail_safe: int = FAIL_SAFE,
    source: Source | None = None,
    version: int | None = None,
) -> Source:
    """Add a source, or give `source` this content, and say so. An empty secret keeps the old one.

    The `schedule` is cron, empty for none; `fail_safe` is a share in percent; `version` is the one that
    was looked at.

    Raises Stale, or ValidationError by field; what is wrong with a setting stands under the setting's name.
    """
    row = locked(source, version) if source else Source(kind=kind)
    refuse_wrong(row, kind, settings, secret, schedule, fail_safe)
    before = content(row) if source else None
    follow(row, schedule)
    if row.settings != dict(settings) or secret:
        row.probes = {}  # what was asked of another place, or for less, tells nothing of this one
    row.name, row.kind, row.settings, row.domain, row.location = name, kind, dict(settings), domain, location
    row.fail_safe = fail_safe
    new_secret = bool(secret) and not row.is_secret(secret)
    if secret:
        row.seal(secret)
    row.namespace = connect(kind, settings, secret).namespace
    row.full_clean()
    keep(row, before, new_secret, actor)
    return row


def keep(row: Source, before: dict[str, Any] | None, new_secret: bool, actor: str) -> None:
    """Save the row, as its next version where it has another content, and say what changed."""
    after = content(row)
    changed = before != after or new_secret
    row.version += changed and before is not None
    row.save()
    if changed:
        told: dict[str, Any] = {"before": before, "after": after, "new_secret": new_secret}
        record(SourceSaved(subject=str(row.code), actor=actor, **told))


def locked(source: Source, version: int | None) -> Source:
    """The source as it is now, which nobody else changes meanwhile; raises Stale if somebody did before."""
    row = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if version not in {None, row.version}:
        raise Stale(row)
    return row


def refuse_wrong(
    row: Source, kind: str, settings: Mapping[str, Any], secret: str, schedule: str, fail_safe: int
) -> None:
    """Raise ValidationError by field for whatever is wrong."""
    wrong = row.problems(kind, settings, secret)
    if said := wrong_schedule(schedule):
        wrong["schedule"] = said
    if not 0 <= fail_safe <= 100:
        wrong["fail_safe"] = "Write a number from 0 to 100."
    if wrong:
        raise ValidationError(wrong)


def follow(row: Source, schedule: str) -> None:
    """Give the source this schedule; what it would have asked for before now is not made up for."""
    if schedule != row.schedule:
        row.schedule, row.scheduled_at = schedule, timezone.now() if schedule else None


def content(source: Source) -> dict[str, Any]:
    """What the log keeps of a source: everything but its secret."""
    return {
        "name": source.name,
        "kind": source.kind,
        "settings": source.settings,
        "domain": source.domain.slug if source.domain else None,
        "location": source.location,
        "schedule": source.schedule,
        "fail_safe": source.fail_safe,
    }


def open_source(*, source: Source) -> Connector:
    """A connector with the stored secret; raises ConnectorError that names the field."""
    try:
        return connect(source.kind, source.settings, source.open_secret())
    except WrongKey as error:
        raise ConnectorError(str(error), "config", "password") from error


def test_source(*, source: Source, actor: str) -> ServerFacts:
    """Sign in at the source and say who answered; what went wrong is kept and raised as ConnectorError."""
    try:
        found = open_source(source=source).test()
    except ConnectorError as error:
        with transaction.atomic():
            note_error(source=source, error=error)
            record(SourceTested(subject=str(source.code), actor=actor, reached=False, error=error.message))
        raise
    with transaction.atomic():
        note_reached(source=source)
        record(SourceTested(subject=str(source.code), actor=actor, reached=True, error=""))
    return found


@transaction.atomic
def remove_source(*, source: Source, actor: str) -> None:
    """Forget the source, its secret and its harvests; its assets stay, with all that was said about them.

    Raises Refused while it is harvested, or while policies are enforced in it.
    """
    row = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if Job.objects.unfinished().about(row.subject).filter(kind=HARVEST).exists():
        raise Refused("A harvest of this source is under way. Remove the source when it has ended.")
    enforcement = getattr(row, "enforcement", None)
    if enforcement and enforcement.ledger:
        raise Refused("Policies are enforced in this source. Take that back first.")
    record(SourceRemoved(subject=str(row.code), actor=actor, before=content(row)))
    row.delete()


def submit_harvest(
    *, source: Source, actor: str, reason: str = "", thorough: bool = False, accept_removals: bool = False
) -> Job:
    """Queue a harvest; one that has not ended yet is returned instead of doubled.

    Raises Refused where that one does less than what is asked for.
    """
    asked = {"reason": reason, "thorough": thorough, "accept_removals": accept_removals}
    given = {name: value for name, value in asked.items() if value}
    arguments = {"source_id": source.pk, **given}
    job = submit_job(kind=HARVEST, arguments=arguments, actor=actor, subject=source.subject)
    if any(given.get(name) and not job.arguments.get(name) for name in ("thorough", "accept_removals")):
        raise Refused("A harvest of this source is under way. Ask again when it has ended.")
    return job


@transaction.atomic
def note_error(*, source: Source, error: ConnectorError) -> None:
    """Keep what went wrong beside the field to look at."""
    source.state = Source.State.FAILED
    source.error = error.message[:500]
    source.error_field = error.field or ""
    source.save(update_fields=["state", "error", "error_field"])


@transaction.atomic
def note_reached(*, source: Source) -> None:
    """Nothing is wrong any more."""
    source.state = Source.State.OK if source.harvested_at else Source.State.NEVER
    source.error = source.error_field = ""
    source.save(update_fields=["state", "error", "error_field"])
