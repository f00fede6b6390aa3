"""What belongs to a complete asset, read from completeness.yaml. Knows no Django."""

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Criterion:
    name: str
    label: str
    weight: int
    page: str


def read_criteria() -> tuple[Criterion, ...]:
    stored = yaml.safe_load(Path(__file__).with_name("completeness.yaml").read_text("utf-8"))
    return tuple(Criterion(name=name, **about) for name, about in stored.items())


CRITERIA = read_criteria()
