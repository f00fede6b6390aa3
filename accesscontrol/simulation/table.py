"""All resources of one type in memory, as sets: for every attribute, which rows hold which value.

A set of rows is an integer whose bit `n` says whether row `n` is in it: 100,000 resources are 12.5 kB,
and to intersect two such sets takes a few microseconds. Knows no Django.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.semantics import typed
from accesscontrol.simulation.mentions import frozen

Rows = int
NONE: Rows = 0
FEW_VALUES = 2_000  # an attribute with more distinct values keeps places instead of sets


def rows_at(places: Iterable[int], size: int) -> Rows:
    """Return the set of the rows at these places."""
    buffer = bytearray(size // 8 + 1)
    for place in places:
        buffer[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(buffer, "little")


def first_places(rows: Rows, most: int) -> Iterator[int]:
    """Yield the places of at most so many rows, the lowest first."""
    while rows and most:
        lowest = rows & -rows
        yield lowest.bit_length() - 1
        rows ^= lowest
        most -= 1


class Table:
    """Resources by place; `None` among the values of an attribute stands for "unknown"."""

    def __init__(
        self, attributes: Sequence[Attribute], resources: Iterable[tuple[int, UUID, Sequence[Any]]]
    ) -> None:
        """Read (primary key, code, values in the order of `attributes`) of each resource."""
        self.attributes: Mapping[str, Attribute] = {each.name: each for each in attributes}
        self.codes: list[UUID] = []
        self.place_of: dict[int, int] = {}
        self._places: dict[str, dict[Any, list[int]]] = {each.name: {} for each in attributes}
        self._held: dict[tuple[str, Any], Rows] = {}
        held = [(self._places[each.name], each) for each in attributes]
        for place, (pk, code, values) in enumerate(resources):
            self.codes.append(code)
            self.place_of[pk] = place
            for (by_value, attribute), value in zip(held, values, strict=True):
                by_value.setdefault(frozen(typed(value, attribute)), []).append(place)
        self.size = len(self.codes)
        self.every: Rows = (1 << self.size) - 1

    def values(self, name: str) -> Collection[Any]:
        """Return the distinct values of an attribute, without "unknown"."""
        return [value for value in self._places[name] if value is not None]

    def holding(self, name: str, value: Any) -> Rows:
        """Return the rows whose attribute `name` is `value`; None asks for those where it is unknown."""
        places = self._places[name]
        if len(places) > FEW_VALUES and value is not None:
            return rows_at(places.get(value, ()), self.size)
        if (name, value) not in self._held:
            self._held[name, value] = rows_at(places.get(value, ()), self.size)
        return self._held[name, value]

    def holding_any(self, name: str, wanted: Collection[Any]) -> Rows:
        """Return the rows whose attribute is one of the `wanted` values."""
        places = self._places[name]
        if len(places) > FEW_VALUES:
            return rows_at((place for value in wanted for place in places.get(value, ())), self.size)
        found = NONE
        for value in wanted:
            found |= self.holding(name, value)
        return found

    def known(self, name: str) -> Rows:
        return self.every ^ self.holding(name, None)

    def column(self, name: str) -> list[Any]:
        """Return the value of every row in its order."""
        column: list[Any] = [None] * self.size
        for value, places in self._places[name].items():
            for place in places:
                column[place] = value
        return column

    def sample(self, rows: Rows, most: int) -> tuple[str, ...]:
        """Return the codes of at most so many of the rows."""
        return tuple(str(self.codes[place]) for place in first_places(rows, most))
