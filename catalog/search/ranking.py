"""Why one hit stands before another: points for each reason, from ranking.yaml. Knows no Django."""

from dataclasses import dataclass
from datetime import datetime
from math import log2
from pathlib import Path
from typing import Any

import yaml

POINTS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("ranking.yaml").read_text())
WEIGHTS = [0.1, 0.3, 0.5, 1.0]  # of D, C, B and A in the index


@dataclass(frozen=True)
class Standing:
    """What is known of a hit; `rank` is of its text, 0 to 1."""

    rank: float
    title: str
    usage: int
    certification: str  # empty when it has run out
    tier: int | None
    fresh_at: datetime | None
    status: str
    is_removed: bool


def points(hit: Standing, typed: str, now: datetime) -> dict[str, float]:
    """The points of each reason that applies; `typed` is in small letters."""
    found = {
        "text": POINTS["text"] * hit.rank,
        "name": _name(hit.title, typed),
        "usage": min(POINTS["most_for_usage"], POINTS["doubling"] * log2(1 + max(0, hit.usage))),
        "certification": POINTS["certification"].get(hit.certification, 0),
        "tier": POINTS["tier"].get(hit.tier, 0),
        "freshness": _freshness(hit.fresh_at, now),
        "status": POINTS["removed"] if hit.is_removed else POINTS["status"].get(hit.status, 0),
    }
    return {reason: round(number, 3) for reason, number in found.items() if number}


def _name(title: str, typed: str) -> float:
    if not typed:
        return 0
    if title in (typed, typed.rsplit(".", 1)[-1]):
        return float(POINTS["exact"])
    return float(POINTS["begins"]) if title.startswith(typed) else 0


def _freshness(at: datetime | None, now: datetime) -> float:
    if at is None:
        return 0
    days = max(0.0, (now - at).total_seconds() / 86400)
    return float(POINTS["fresh"] * 0.5 ** (days / POINTS["half_life_days"]))
