from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class BulkEditFact(Fact):
    object_type = "bulk_edit"
    assets: int


@dataclass(frozen=True, kw_only=True)
class BulkEditPrepared(BulkEditFact):
    """Somebody selected assets and said what to set; nothing is changed yet. `undoes` is another's code."""

    name = "bulk.prepared"
    query: str
    wishes: dict[str, Any]
    undoes: str | None


@dataclass(frozen=True, kw_only=True)
class BulkEditStarted(BulkEditFact):
    name = "bulk.started"


@dataclass(frozen=True, kw_only=True)
class BulkReportExported(BulkEditFact):
    """Its author took the report away as a file."""

    name = "bulk.report_exported"


@dataclass(frozen=True, kw_only=True)
class BulkEditDiscarded(BulkEditFact):
    """It was never started, and is gone."""

    name = "bulk.discarded"


@dataclass(frozen=True, kw_only=True)
class OldBulkEditsDeleted(Fact):
    """Those prepared before the moment that is the subject, and never started, are forgotten."""

    name = "bulk.old_deleted"
    object_type = "bulk_edit"
    number: int
