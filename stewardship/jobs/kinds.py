"""What kinds of long work there are, and who may see what it is about. A room says so in its tasks.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

Result = dict[str, Any] | None


class Cancelled(Exception):
    """The job's reader asked it to stop, and it did."""


class JobFailed(Exception):
    """The work cannot succeed however often it is tried; the message is shown to the reader."""


class Work(Protocol):
    """What a running job may do with its row.

    Messages, log and result are read by everybody who sees the job: work that goes over many things
    says how many they are, and never which.
    """

    job_id: int
    actor: str

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Say how far the work is; raises `Cancelled` when the reader asked to stop."""

    def log(self, line: str) -> None:
        """Add a line to the job's log."""


Body = Callable[..., Result]


@dataclass(frozen=True)
class Kind:
    name: str
    label: str
    body: Body


KINDS: dict[str, Kind] = {}
SUBJECTS: dict[str, Callable[[Any], Any]] = {}


def job_subject(name: str, seen: Callable[[Any], Any]) -> None:
    """Let a job about "<name>:<code>" exist only for a user who finds the code among `seen(user)`."""
    SUBJECTS[name] = seen


def job_kind(name: str, label: str) -> Callable[[Body], Body]:
    """Register a function `body(work, **arguments) -> result` as the work of jobs of kind `name`.

    The body must be safe to run twice: a job whose worker died is run again from the start.
    """

    def register(body: Body) -> Body:
        KINDS[name] = Kind(name, label, body)
        return body

    return register
