"""Things that stand in each other, as `parents`: each one's key and that of what it stands in.

What stands in nothing has None; no circle is among them. Knows no Django.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def above(parents: Mapping[K, K | None], one: K) -> list[K]:
    """What `one` stands in, the outermost first, without itself."""
    found: list[K] = []
    at = parents.get(one)
    while at is not None and at not in found:
        found.insert(0, at)
        at = parents.get(at)
    return found


def below(parents: Mapping[K, K | None], one: K) -> set[K]:
    """`one` and all that stands in it, at any depth."""
    children = children_of(parents)
    found, waiting = {one}, [one]
    while waiting:
        new = set(children[waiting.pop()]) - found
        found |= new
        waiting += new
    return found


def children_of(parents: Mapping[K, K | None]) -> defaultdict[K | None, list[K]]:
    """What stands directly in each, in the order of `parents`; under None what stands in nothing."""
    children: defaultdict[K | None, list[K]] = defaultdict(list)
    for key, parent in parents.items():
        children[parent].append(key)
    return children


def in_order(parents: Mapping[K, K | None]) -> Iterator[tuple[K, int]]:
    """Each with its depth: what stands in something comes right after it, in the order of `parents`."""
    children = children_of(parents)
    waiting = [(key, 0) for key in reversed(children[None])]
    while waiting:
        key, depth = waiting.pop()
        yield key, depth
        waiting += [(child, depth + 1) for child in reversed(children[key])]


def rolled_up(parents: Mapping[K, K | None], numbers: Mapping[K, int]) -> dict[K, int]:
    """The number of each with the numbers of all that stands in it."""
    total = {key: numbers.get(key, 0) for key in parents}
    for key, _ in reversed(list(in_order(parents))):
        parent = parents[key]
        if parent is not None:
            total[parent] += total[key]
    return total


def would_circle(parents: Mapping[K, K | None], one: K, parent: K | None) -> bool:
    """Whether `one` would stand in itself, were it put into `parent`."""
    return parent is not None and (parent == one or one in above(parents, parent))
