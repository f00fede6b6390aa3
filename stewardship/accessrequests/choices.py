"""What may be asked for and for how long, read from choices.yaml. Knows no Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Choices:
    days: Mapping[int, str]
    actions: Mapping[str, str]
    expires_after: timedelta
    escalate_after: timedelta
    most_pending: int


def read_choices() -> Choices:
    stored = yaml.safe_load((Path(__file__).parent / "choices.yaml").read_text())
    return Choices(
        days=stored["days"],
        actions=stored["actions"],
        expires_after=timedelta(days=stored["expires_days"]),
        escalate_after=timedelta(days=stored["escalate_days"]),
        most_pending=stored["most_pending"],
    )


CHOICES = read_choices()
ACTIONS = list(CHOICES.actions.items())
