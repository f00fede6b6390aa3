"""What enforcement asks of a kind of database. Knows no driver."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from accesscontrol.enforcement.steps import Ledger, Remembered, Step
from accesscontrol.enforcement.wanted import Wanted
from accesscontrol.refusal import Refused

Progress = Callable[[int, int, str], None]
STALE = "The database, the policies or the tags changed since this plan was made: make a new one."


class Stale(Refused):
    """A plan no longer is what a plan would be now."""


@dataclass(frozen=True)
class Draft:
    """The steps from what is there to what is wanted, and what a planner should know besides."""

    steps: list[Step]
    notes: list[str]


@dataclass(frozen=True)
class Check:
    """One thing that was tried out; `passed` is None where it could not be tried. No values of rows."""

    role: str
    table: str
    what: str
    passed: bool | None
    detail: str = ""


class Engine(Protocol):
    """One database that is enforced in. What goes wrong is raised as ConnectorError or Refused."""

    @property
    def all_or_nothing(self) -> bool:
        """Whether a plan is one transaction. Else a failed one is taken back statement by statement."""

    def draft(self, wanted: Wanted, ledger: Ledger) -> Draft:
        """Read what the database has and return the difference. Changes nothing."""

    def apply(self, wanted: Wanted, ledger: Ledger, steps: list[Step]) -> dict[str, Remembered]:
        """Apply the steps, if they are still the difference (else Stale); return the new ledger."""

    def reverse(self, steps: list[Step]) -> None:
        """Take the steps back."""

    def verify(self, wanted: Wanted, progress: Progress) -> list[Check]:
        """Try out, as each role, what it may and may not do. Leaves the database as it was."""
