"""Changes of a schema that the source itself tells of, at once. Knows no driver."""

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalog.connectors.metadata import TableRef

PARTS = re.compile(
    r"""
    (?P<kept>"(?:[^"]|"")*")
  | (?P<comment>--[^\n]* | /\*(?:(?!/\*|\*/).)*\*/)
  | [eE]'(?:[^'\\]|\\.|'')*(?:'|\Z)
  | '(?:[^']|'')*'
  | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)
  | (?P<name>[^\W\d][\w$]*)
  | (?:['"]|/\*).*\Z
    """,
    re.VERBOSE | re.DOTALL,
)
"""What a statement is made of, as far as it matters here. What has no end, and a comment within another,
takes all that follows along."""


@dataclass(frozen=True)
class DdlEvent:
    """One relation that a statement changed or dropped; of a dropped schema the relation has an empty name.

    `stable_id` is that of TableFacts. `statement` is what was sent, without what stands in quotes.
    """

    id: int
    at: datetime
    actor: str
    command: str
    dropped: bool
    table: TableRef
    stable_id: str = ""
    statement: str = ""


@dataclass(frozen=True)
class DdlReading:
    """Events in their order, as one snapshot of the database shows them.

    Numbers are given before a commit, so an event may appear after one with a higher number. Every
    transaction below `oldest_running` had ended, and none had begun that is not below `next_transaction`.
    """

    events: tuple[DdlEvent, ...]
    oldest_running: int
    next_transaction: int


class FeedsDdl(Protocol):
    """What a connector with Capability.DDL_FEED can do beside the rest. Each may raise ConnectorError."""

    def ddl_databases(self) -> Sequence[str]:
        """The databases that tell of their changes, and let us read it."""

    def ddl_events(self, database: str, after: int, limit: int = 5000) -> DdlReading:
        """What was committed, with an id above `after`."""

    def ddl_listening(self, database: str) -> AbstractContextManager["Ear"]:
        """A connection on which the database rings."""


class Ear(Protocol):
    """Waits for a ring."""

    def heard(self, seconds: float) -> bool:
        """Whether something was committed within `seconds`; raises ConnectorError when the line is dead."""


def without_literals(statement: str) -> str:
    """The statement without comments, an ellipsis for each text: data and secrets stay where they are."""
    return PARTS.sub(_without, statement)


def _without(part: re.Match[str]) -> str:
    if part["comment"]:
        return " "
    return part[0] if part["kept"] or part["name"] else "'…'"
