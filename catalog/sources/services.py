from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accesscontrol.audit.services import record
from accesscontrol.secrets.cipher import WrongKey
from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import Connector, ServerFacts
from catalog.connectors.registry import connect
from catalog.domains.models import Domain
from catalog.sources.facts import SourceSaved, SourceTested
from catalog.sources.models import Source


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
    source: Source | None = None,
) -> Source:
    """Add a source, or give `source` this content, and say so. An empty secret keeps the old one.

    Raises ValidationError by field; what is wrong with a setting stands under the setting's name.
    """
    row = Source.objects.select_for_update(of=("self",)).get(pk=source.pk) if source else Source(kind=kind)
    wrong = row.problems(kind, settings, secret)
    if wrong:
        raise ValidationError(wrong)
    before = content(row) if source else None
    row.name, row.kind, row.settings, row.domain, row.location = name, kind, dict(settings), domain, location
    if secret:
        row.seal(secret)
    row.namespace = connect(kind, settings, secret).namespace
    row.full_clean()
    row.save()
    if before != content(row) or secret:
        record(
            SourceSaved(
                subject=str(row.code), actor=actor, before=before, after=content(row), new_secret=bool(secret)
            )
        )
    return row


def content(source: Source) -> dict[str, Any]:
    """What the log keeps of a source: everything but its secret."""
    return {
        "name": source.name,
        "kind": source.kind,
        "settings": source.settings,
        "domain": source.domain.slug if source.domain else None,
        "location": source.location,
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
