"""A small line of numbers: where its points stand, and the sentence that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MARGIN = 3.0  # px around the line, so that the dot of the last value is whole


@dataclass(frozen=True)
class Sparkline:
    """`path` is an SVG path (gaps break it), `last` the dot, `limit` the y of the threshold; px."""

    path: str
    last: tuple[float, float] | None
    limit: float | None


def sparkline(
    values: Sequence[float | None], *, width: float, height: float, limit: float | None = None
) -> Sparkline:
    """Fit `values` into the box; None is a gap, a flat line stands in the middle."""
    known = [value for value in values if value is not None] + ([] if limit is None else [limit])
    if not known:
        return Sparkline("", None, None)
    bottom, top = min(known), max(known)
    step = (width - 2 * MARGIN) / max(len(values) - 1, 1)

    def y(value: float) -> float:
        share = (value - bottom) / (top - bottom) if top > bottom else 0.5
        return round(height - MARGIN - share * (height - 2 * MARGIN), 1)

    points = [
        None if value is None else (round(MARGIN + place * step, 1), y(value))
        for place, value in enumerate(values)
    ]
    drawn = [point for point in points if point]
    return Sparkline(_path(points), drawn[-1] if drawn else None, None if limit is None else y(limit))


def sentence(label: str, values: Sequence[float | None]) -> str:
    """Say what the line shows to whoever cannot see it."""
    known = [value for value in values if value is not None]
    if not known:
        return f"{label}: no values yet"
    if len(known) == 1:
        return f"{label}: one value, {known[0]:g}"
    ends = f"from {known[0]:g} to {known[-1]:g}"
    return f"{label}: {len(known)} values, {ends}, lowest {min(known):g}, highest {max(known):g}"


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """M where a run begins, L within it."""
    steps = [
        f"{'L' if before else 'M'}{point[0]:g} {point[1]:g}"
        for before, point in pairwise([None, *points])
        if point
    ]
    return "".join(steps)
