from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class SearchExported(Fact):
    """Somebody took the result of a search away as a file; `subject` is its query string."""

    name = "search.exported"
    object_type = "search"
    rows: int
