from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ViewFact(Fact):
    """The subject is the code of a saved search."""

    object_type = "saved_view"


@dataclass(frozen=True, kw_only=True)
class ViewSaved(ViewFact):
    name = "search.view_saved"
    title: str
    query: str
    shared: bool


@dataclass(frozen=True, kw_only=True)
class ViewChanged(ViewFact):
    name = "search.view_changed"
    title: str
    shared: bool


@dataclass(frozen=True, kw_only=True)
class ViewDeleted(ViewFact):
    name = "search.view_deleted"
    title: str
