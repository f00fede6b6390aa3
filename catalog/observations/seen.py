"""What events say in passing about a thing that no source was asked about. Knows no Django."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SeenColumn:
    name: str
    data_type: str = ""
    description: str = ""


@dataclass(frozen=True)
class Seen:
    """One sight of an asset, perhaps of a part of its columns only; empty values say nothing."""

    at: datetime
    columns: tuple[SeenColumn, ...] = ()
    kind: str = ""
    description: str = ""

    @property
    def says_nothing(self) -> bool:
        return not (self.columns or self.kind or self.description)

    @property
    def digest(self) -> str:
        """The same for the same words, whenever they were said."""
        words = [self.kind, self.description]
        for column in self.columns:
            words += (column.name, column.data_type, column.description)
        return hashlib.blake2b("\0".join(words).encode(), digest_size=8).hexdigest()


def merged(sights: Sequence[Seen]) -> Seen:
    """Return all sights as one: of each value the latest that says something.

    Columns stand in the order of the fullest sight; a partial one never takes a column away.
    """
    in_time = sorted(sights, key=lambda seen: (seen.at, len(seen.columns), seen.description, seen.kind))
    columns: dict[str, SeenColumn] = {}
    for seen in in_time:
        for column in seen.columns:
            columns[column.name] = _over(columns.get(column.name), column)
    fullest = max(in_time, key=lambda seen: len(seen.columns))
    order = dict.fromkeys([column.name for column in fullest.columns] + list(columns))
    return Seen(
        at=in_time[-1].at,
        columns=tuple(columns[name] for name in order),
        kind=_last(seen.kind for seen in in_time),
        description=_last(seen.description for seen in in_time),
    )


def _over(old: SeenColumn | None, new: SeenColumn) -> SeenColumn:
    if old is None:
        return new
    return SeenColumn(new.name, new.data_type or old.data_type, new.description or old.description)


def _last(values: Iterable[str]) -> str:
    return ([""] + [value for value in values if value])[-1]
