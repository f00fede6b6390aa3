"""What waits for a decision, and who said what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Vote:
    """What somebody said; void when the proposal was changed since."""

    actor: str
    on_behalf_of: str | None
    approves: bool
    reason: str
    is_void: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ProposalStep:
    """One step of the chain: who is asked, how many have to approve, until when."""

    position: int
    asked: str
    needed: int
    state: str
    opened_at: datetime | None
    due_at: datetime | None
    escalated_at: datetime | None
    silence: str
    votes: tuple[Vote, ...]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A change that waits for a decision, or was decided."""

    code: UUID
    verb: str
    subject: UUID
    subject_label: str
    before: dict[str, Any]
    after: dict[str, Any]
    base_version: int
    reason: str
    author: str
    state: str
    chain: str | None
    steps: tuple[ProposalStep, ...]
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str
    created_at: datetime
