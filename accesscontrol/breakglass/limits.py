"""The bounds of an emergency, read from breakglass.yaml. Knows no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Limits:
    """`minutes` maps each life that may be chosen to its words."""

    minutes: Mapping[int, str]
    reason_letters: int
    review_within: timedelta


def read_limits() -> Limits:
    stored = yaml.safe_load((Path(__file__).parent / "breakglass.yaml").read_text())
    return Limits(
        minutes=stored["minutes"],
        reason_letters=stored["reason_letters"],
        review_within=timedelta(hours=stored["review_hours"]),
    )


LIMITS = read_limits()
