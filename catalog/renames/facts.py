from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class RenamesProposed(Fact):
    """Assets that went look like assets that came; the subject is the source's code."""

    name = "renames.proposed"
    object_type = "source"
    harvest: str  # its code
    count: int


@dataclass(frozen=True, kw_only=True)
class RenameAccepted(Fact):
    """The subject is the code of the new asset, which took over what people said of the old one."""

    name = "renames.accepted"
    object_type = "asset"
    old: str  # its code
    taken: list[str]  # attributes that the old one gave
    fields: list[str]  # names of the fields that took over something
    reason: str


@dataclass(frozen=True, kw_only=True)
class RenameDeclined(Fact):
    """The subject is the code of the new asset: it is another thing than the old one."""

    name = "renames.declined"
    object_type = "asset"
    old: str  # its code
    reason: str
