"""What lies downstream of each of many changed assets, from one walk over all of them. Knows no Django."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

Edge = tuple[int, int, int | None]  # from, to, and the job that moves it
MOST_REACHED = 2000  # assets told of for each changed one, the nearest


def spread(starts: Collection[int], edges: Iterable[Edge]) -> dict[int, list[int]]:
    """The assets downstream of each of `starts`, the nearest first; the jobs in between are among them."""
    near: dict[int, set[int]] = defaultdict(set)
    for source, target, job in edges:
        near[source].update({target} if job is None else {job, target})
    return {start: _reached(start, near) for start in starts}


def _reached(start: int, near: Mapping[int, Collection[int]]) -> list[int]:
    found: dict[int, None] = {}
    front = [start]
    while front and len(found) < MOST_REACHED:
        new = {after for node in front for after in near.get(node, ())} - found.keys() - {start}
        front = sorted(new)
        found.update(dict.fromkeys(front))
    return list(found)[:MOST_REACHED]
