from dataclasses import dataclass

from catalog.glossary.facts import TermFact


@dataclass(frozen=True, kw_only=True)
class TermSubmitted(TermFact):
    name = "glossary.term_submitted"
    version: int


@dataclass(frozen=True, kw_only=True)
class TermApproved(TermFact):
    name = "glossary.term_approved"
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class TermRejected(TermFact):
    name = "glossary.term_rejected"
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class TermReopened(TermFact):
    """It is a draft again."""

    name = "glossary.term_reopened"
    was: str


@dataclass(frozen=True, kw_only=True)
class TermDeprecated(TermFact):
    """It is not to be used any more; `replaced_by` is the slug of what is used instead."""

    name = "glossary.term_deprecated"
    replaced_by: str
    reason: str
