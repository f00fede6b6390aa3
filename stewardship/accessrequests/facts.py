from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class RequestFact(Fact):
    """`about` is what was asked for, as it was named; `exists` whether there is such a thing."""

    object_type = "access_request"
    about: str
    wanted: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AccessRequested(RequestFact):
    name = "access.requested"
    days: int
    exists: bool


@dataclass(frozen=True, kw_only=True)
class RequestApproved(RequestFact):
    name = "access.request_approved"
    requester: str
    days: int
    grant: str
    on_behalf_of: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestDenied(RequestFact):
    name = "access.request_denied"
    requester: str
    on_behalf_of: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestCancelled(RequestFact):
    name = "access.request_cancelled"


@dataclass(frozen=True, kw_only=True)
class RequestExpired(RequestFact):
    name = "access.request_expired"
