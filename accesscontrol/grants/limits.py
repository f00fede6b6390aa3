"""How long a grant may last, and when its end is announced; read from grants.yaml. Knows no Django."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Limits:
    """`warnings` are spans before the end, the longest first."""

    longest: timedelta
    warnings: tuple[timedelta, ...]

    def due(self, starts_at: datetime, ends_at: datetime, now: datetime) -> timedelta | None:
        """Return the nearest warning whose time has come, or None: 1 day before 7 days.

        What lasts no longer than a warning's span is not warned of by it: its holder has just been told.
        """
        left = ends_at - now
        spans = (span for span in self.warnings if span < ends_at - starts_at)
        come = [span for span in spans if timedelta(0) < left <= span]
        return min(come, default=None)


def read_limits() -> Limits:
    stored = yaml.safe_load((Path(__file__).parent / "grants.yaml").read_text())
    spans = sorted((timedelta(days=days) for days in stored["warn_days"]), reverse=True)
    return Limits(timedelta(days=stored["longest_days"]), tuple(spans))


LIMITS = read_limits()
