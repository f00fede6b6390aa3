"""What certificates mean and how long they last; read from certification.yaml. Knows no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Terms:
    levels: Mapping[str, str]
    usual: timedelta
    longest: timedelta
    warnings: tuple[timedelta, ...]  # spans before the end, the longest first

    def due(self, granted_at: datetime, until: datetime, now: datetime) -> timedelta | None:
        """Return the nearest warning whose time has come, or None.

        What lasts no longer than a warning's span is not warned of by it.
        """
        left = until - now
        spans = (span for span in self.warnings if span < until - granted_at)
        return min((span for span in spans if timedelta(0) < left <= span), default=None)


def read_terms() -> Terms:
    stored = yaml.safe_load(Path(__file__).with_name("certification.yaml").read_text("utf-8"))
    spans = sorted((timedelta(days=days) for days in stored["warn_days"]), reverse=True)
    usual, longest = (timedelta(days=stored[key]) for key in ("usual_days", "longest_days"))
    return Terms(stored["levels"], usual, longest, tuple(spans))


def end_of(day: date) -> datetime:
    """The moment after the last of a day."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def last_day(until: datetime) -> date:
    """The last day on which a certificate counts."""
    return (until.astimezone(UTC) - timedelta(microseconds=1)).date()


TERMS = read_terms()
