"""What is asked of the search, as it stands in the query string. Knows no Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from catalog.search.facets import NAMES

SORTS = {"relevance": "Relevance", "name": "Name", "updated": "Last change", "usage": "Usage"}


@dataclass(frozen=True)
class Criteria:
    """A query: words, the chosen values of each facet, an order."""

    typed: str = ""
    selected: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sort: str = "relevance"

    @classmethod
    def read(cls, parameters: Mapping[str, Sequence[str]]) -> "Criteria":
        """From the lists of a query string; what is not a parameter of the search is left alone."""

        def last(name: str) -> str:
            return (parameters.get(name) or [""])[-1]

        selected = {name: frozenset(filter(None, parameters.get(name, ()))) for name in NAMES}
        sort = last("sort")
        return cls(
            typed=last("q").strip(),
            selected={name: values for name, values in selected.items() if values},
            sort=sort if sort in SORTS else "relevance",
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that mean this, in a fixed order."""
        found = [("q", self.typed)] if self.typed else []
        found += [(name, value) for name in NAMES for value in sorted(self.selected.get(name, ()))]
        return [*found, ("sort", self.sort)] if self.sort != "relevance" else found

    @property
    def query(self) -> str:
        """The query string that means this."""
        return urlencode(self.pairs())

    def toggled(self, name: str, value: str) -> list[tuple[str, str]]:
        """The parameters with one value of one facet switched."""
        pair = (name, value)
        pairs = self.pairs()
        return [each for each in pairs if each != pair] if pair in pairs else [*pairs, pair]
