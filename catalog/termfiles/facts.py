from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class TermsImported(Fact):
    """A file was read into the glossary; each new and changed term has a fact of its own."""

    name = "glossary.imported"
    object_type = "glossary"
    new: int
    changed: int
    same: int


@dataclass(frozen=True, kw_only=True)
class TermsExported(Fact):
    """Somebody took the glossary away as a file."""

    name = "glossary.exported"
    object_type = "glossary"
    rows: int
