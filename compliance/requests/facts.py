from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class RequestFact(Fact):
    """`subject` is the request's code; the person's identifier stays in the request."""

    object_type = "subject_request"
    kind: str


@dataclass(frozen=True, kw_only=True)
class RequestReceived(RequestFact):
    name = "requests.received"
    law: str
    due: str


@dataclass(frozen=True, kw_only=True)
class IdentityVerified(RequestFact):
    name = "requests.identity_verified"
    how: str


@dataclass(frozen=True, kw_only=True)
class DeadlineExtended(RequestFact):
    name = "requests.deadline_extended"
    due: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DataCollected(RequestFact):
    name = "requests.data_collected"
    tables: int
    rows: int
    failed: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class PackageDownloaded(RequestFact):
    name = "requests.package_downloaded"
    sha256: str


@dataclass(frozen=True, kw_only=True)
class RequestAnswered(RequestFact):
    name = "requests.answered"
    note: str


@dataclass(frozen=True, kw_only=True)
class RequestRefused(RequestFact):
    name = "requests.refused"
    reason: str
