from dataclasses import dataclass
from typing import Any

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class TermFact(Fact):
    """Something about a term; `subject` is its code."""

    object_type = "term"


@dataclass(frozen=True, kw_only=True)
class TermSaved(TermFact):
    """A term was added (`before` is None) or changed; of a change only what differs."""

    name = "glossary.term_saved"
    before: dict[str, Any] | None
    after: dict[str, Any]
    version: int


@dataclass(frozen=True, kw_only=True)
class TermDeleted(TermFact):
    name = "glossary.term_deleted"
    before: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class TermRelated(TermFact):
    """The term and `other`, by its slug, relate."""

    name = "glossary.term_related"
    kind: str
    other: str


@dataclass(frozen=True, kw_only=True)
class TermUnrelated(TermFact):
    name = "glossary.term_unrelated"
    kind: str
    other: str
