"""Which statements ran at a source, as the source itself counts or logs them. Knows no driver."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalog.connectors.errors import ConnectorError


@dataclass(frozen=True)
class QueryFacts:
    """How often one user ran one statement in one database, and what that took: milliseconds and rows.

    Of a counter `key` names it at the source, and `since` is when it began, where the source knows. What a
    log tells has neither, but the moment `at`. `statement` may hold literals: never store it as it is.
    """

    database: str
    user: str
    statement: str
    calls: int
    total_ms: float
    rows: int
    key: str = ""
    since: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class UsageReading:
    """What a source tells `at` a moment of its clock: `counters` from their beginning, `ran` since `cursor`.

    All counters began anew at `reset`. Of the databases in `whole` every counter is here, so one that is
    missing does not exist any more. `hidden` statements may not be read by our account.
    """

    at: datetime
    counters: tuple[QueryFacts, ...] = ()
    ran: tuple[QueryFacts, ...] = ()
    whole: frozenset[str] = frozenset()
    reset: datetime | None = None
    hidden: int = 0
    cursor: str = ""


class NotCounting(ConnectorError):
    """The source neither counts nor logs its statements, or not for us; `remedy` would change that."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, "config")
        self.remedy = remedy


class ReadsUsage(Protocol):
    """What a connector with Capability.USAGE can do beside the rest."""

    def usage(self, cursor: str = "") -> UsageReading:
        """What ran in the databases of the settings; raises ConnectorError, or NotCounting.

        What our own account ran is left out. `cursor` is that of the last reading, empty at the first.
        """
