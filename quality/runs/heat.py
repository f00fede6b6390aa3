"""Scores by domain and dimension as a table. Knows no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BANDS = (0.80, 0.90, 0.95, 0.99)  # below the first is band 1, the worst


@dataclass(frozen=True)
class Cell:
    """`score` is None where nothing was measured; `band` is 1 (worst) to 5."""

    dimension: str
    score: float | None = None

    @property
    def band(self) -> int | None:
        return None if self.score is None else 1 + sum(self.score >= limit for limit in BANDS)


@dataclass(frozen=True)
class Row:
    """One domain; assets without one share the row with an empty `slug`."""

    slug: str
    name: str
    cells: tuple[Cell, ...]


def heat_table(scores: Iterable[tuple[str, str, str, float]], dimensions: Sequence[str]) -> list[Row]:
    """Return a row per domain from (slug, name, dimension, score), by name, the nameless last."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for slug, name, dimension, score in scores:
        found.setdefault((slug, name), {})[dimension] = score
    ordered = sorted(found.items(), key=lambda item: (item[0][0] == "", item[0][1]))
    return [
        Row(slug, name, tuple(Cell(each, cells.get(each)) for each in dimensions))
        for (slug, name), cells in ordered
    ]
