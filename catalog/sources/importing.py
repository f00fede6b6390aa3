"""Many sources at once, from what is written down; and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from catalog.domains.models import Domain
from catalog.sources.check import wrong_schedule
from catalog.sources.document import Entry, Problem, WrongDocument, escaped
from catalog.sources.models import Source
from catalog.sources.services import content, save_source

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
MAY_NOT_ADD = "You may change sources, but not add one."
MAY_NOT_CHANGE = "You may add sources, but not change this one."
OWN = {"kind", "password"}


@dataclass(frozen=True)
class Imported:
    """A source, and what became of it."""

    source: Source
    outcome: str

    @property
    def name(self) -> str:
        return self.source.name


@transaction.atomic
def import_sources(
    *, entries: Sequence[Entry], actor: str, may_add: bool = True, may_change: bool = True
) -> list[Imported]:
    """Add each source, or give the one of its name this content. All of them or none.

    Raises WrongDocument with all that is wrong.
    """
    known = {row.name: row for row in Source.objects.filter(name__in=[entry.name for entry in entries])}
    slugs = [entry.domain for entry in entries if entry.domain]
    domains = {row.slug: row for row in Domain.objects.filter(slug__in=slugs)}
    problems = []
    for entry in entries:
        source = known.get(entry.name)
        if not (may_change if source else may_add):
            problems.append(Problem(entry.name, "name", MAY_NOT_CHANGE if source else MAY_NOT_ADD))
        problems += _problems(entry, source, domains)
    if problems:
        raise WrongDocument(*problems)
    return [_save(entry, known.get(entry.name), domains.get(entry.domain), actor) for entry in entries]


def _problems(entry: Entry, source: Source | None, domains: Mapping[str, Domain]) -> list[Problem]:
    """What cannot be saved."""
    row = source or Source(kind=entry.kind)
    wrong = row.problems(entry.kind, entry.settings, entry.password)
    found = {
        name if name in OWN and name not in entry.settings else f"settings.{name}": said
        for name, said in wrong.items()
    }
    if said := wrong_schedule(entry.schedule):
        found["schedule"] = said
    if entry.domain and entry.domain not in domains:
        found["domain"] = f"There is no domain “{entry.domain}”."
    return [Problem(entry.name, name, said) for name, said in found.items()]


def _save(entry: Entry, source: Source | None, domain: Domain | None, actor: str) -> Imported:
    new_secret = source is not None and bool(entry.password) and not source.is_secret(entry.password)
    before = content(source) if source else None
    try:
        saved = save_source(
            actor=actor,
            name=entry.name,
            kind=entry.kind,
            settings=entry.settings,
            secret=entry.password,
            domain=domain,
            location=entry.location,
            schedule=entry.schedule.strip(),
            fail_safe=entry.fail_safe,
            source=source,
        )
    except ValidationError as error:
        said = error.message_dict.items()
        raise WrongDocument(*(Problem(entry.name, name, " ".join(texts)) for name, texts in said)) from error
    if before is None:
        return Imported(saved, CREATED)
    return Imported(saved, UPDATED if new_secret or before != content(saved) else UNCHANGED)


def written(source: Source) -> dict[str, Any]:
    """The source as it can be kept in a file and imported again: everything but its secret."""
    rows = {name: value for name, value in content(source).items() if value not in (None, "")}
    kept: dict[str, Any] = escaped({**rows, "settings": dict(source.settings)})
    return kept
