"""How the skeleton measures: by the clock, and by the work done, which other programs hardly move."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

Work = Callable[[], object]


@dataclass(frozen=True)
class Spent:
    """Milliseconds: by the clock, and of processor time in this process and in its PostgreSQL backend.

    Where the backend's time cannot be read (another machine, no Linux), `server` is None.
    """

    clock: float
    own: float
    server: float | None

    @property
    def work(self) -> float:
        """What it cost; by the clock where that cannot be told."""
        return self.clock if self.server is None else self.own + self.server

    def each(self, count: int) -> "Spent":
        server = None if self.server is None else self.server / count
        return Spent(self.clock / count, self.own / count, server)


def spent(work: Work) -> Spent:
    accounts = backend_accounts()
    server, own, began = server_milliseconds(accounts), time.process_time(), time.perf_counter()
    work()
    clock, mine = time.perf_counter() - began, time.process_time() - own
    after = server_milliseconds(accounts)
    return Spent(1000 * clock, 1000 * mine, None if server is None or after is None else after - server)


def by_turns(first: Work, second: Work, times: int) -> tuple[Spent, Spent]:
    """Return the medians of two pieces of work that run A B A B."""
    pairs = [(spent(first), spent(second)) for _ in range(times)]
    return median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])


def median(found: Sequence[Spent]) -> Spent:
    servers = [one.server for one in found if one.server is not None]
    return Spent(
        clock=statistics.median(one.clock for one in found),
        own=statistics.median(one.own for one in found),
        server=statistics.median(servers) if servers else None,
    )


def backend_accounts() -> Path:
    """Return where Linux keeps account of the backend behind our connection."""
    connection.ensure_connection()
    return Path("/proc") / str(connection.connection.info.backend_pid) / "schedstat"


def server_milliseconds(accounts: Path) -> float | None:
    """Return the processor time that the backend has had; the first number of the file is in ns."""
    try:
        return int(accounts.read_text().split()[0]) / 1e6
    except OSError:
        return None


def queries(work: Work) -> int:
    """Count the statements that `work` sends to our own database."""
    count = 0

    def counting(execute: Callable[..., Any], *rest: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*rest)

    with connection.execute_wrapper(counting):
        work()
    return count
