from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class MetadataExported(Fact):
    """Somebody took metadata away as a file; `rows` by their kinds."""

    name = "metadata.exported"
    object_type = "metadata"
    rows: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class ImportFact(Fact):
    object_type = "metadata_import"
    rows: int


@dataclass(frozen=True, kw_only=True)
class ImportPrepared(ImportFact):
    """Somebody handed in a file; nothing is changed yet."""

    name = "metadata.import_prepared"


@dataclass(frozen=True, kw_only=True)
class ImportStarted(ImportFact):
    name = "metadata.import_started"


@dataclass(frozen=True, kw_only=True)
class ImportDiscarded(ImportFact):
    """It was never started, and is gone."""

    name = "metadata.import_discarded"


@dataclass(frozen=True, kw_only=True)
class OldImportsDeleted(Fact):
    """Those handed in before the moment that is the subject, and never started, are forgotten."""

    name = "metadata.old_imports_deleted"
    object_type = "metadata_import"
    number: int


@dataclass(frozen=True, kw_only=True)
class TermRestored(Fact):
    """A term got back, from a file, who wrote it and who approved it."""

    name = "glossary.term_restored"
    object_type = "term"
    status: str
    authors: list[str]
    approved_by: str | None
