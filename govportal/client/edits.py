"""What the portal answers about bulk edits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Expected:
    """How many assets would change, say so already, and are not the caller's to change."""

    change: int
    same: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How many assets of a bulk edit became what."""

    waiting: int
    changed: int
    same: int
    proposed: int
    skipped: int
    stale: int


@dataclass(frozen=True, kw_only=True)
class BulkEdit:
    """A change of many assets: "prepared" until it is started, then as its job."""

    code: UUID
    query: str
    wishes: dict[str, Any]
    propose: bool
    reason: str
    undoes: UUID | None
    job: UUID | None
    state: str
    expected: Expected
    outcome: Outcome
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class BulkItem:
    """One asset of a bulk edit, and what became of it."""

    asset: UUID
    name: str
    expected: str
    state: str
    note: str
    before: dict[str, Any]
    after: dict[str, Any]
