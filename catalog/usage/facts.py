from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class UsageRead(Fact):
    """A source told what ran there: so many runs of so many statements. It is not told which."""

    name = "usage.read"
    object_type = "source"
    calls: int
    statements: int


@dataclass(frozen=True, kw_only=True)
class QueriesImported(Fact):
    """Somebody handed over a log of queries; `batch` is the name they gave it."""

    name = "usage.queries_imported"
    object_type = "source"
    batch: str
    kept: int
    rejected: int


@dataclass(frozen=True, kw_only=True)
class OldUsageDeleted(Fact):
    """What ran before a day, the subject, is not kept any longer."""

    name = "usage.old_deleted"
    object_type = "usage"
    number: int
