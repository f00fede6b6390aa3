"""What can go wrong between a program and the portal. Each message is a sentence for a person."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any


class PortalError(Exception):
    """The portal did not do what was asked."""


class Unreachable(PortalError):
    """The portal did not answer, or something else answered in its place."""


class Ambiguous(PortalError):
    """Several things have this name."""


class Refusal(PortalError):
    """The portal answered no, with this HTTP `status`."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class NotSignedIn(Refusal):
    """There is no token, or it is unknown, expired or revoked."""


class Forbidden(Refusal):
    """The person whose token it is may not do this."""


class NotFound(Refusal):
    """There is no such thing, or the person may not see it."""


class Conflict(Refusal):
    """A rule of the portal is against it, or somebody else was faster."""


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of what was sent."""

    field: str
    detail: str

    def __str__(self) -> str:
        return self.detail if self.field == "non_field_errors" else f"{self.field}: {self.detail}"


class Invalid(Refusal):
    """Some of what was sent is wrong; `errors` say which fields, and why."""

    def __init__(self, message: str, status: int, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(message, status)
        self.errors = tuple(errors)

    @property
    def by_field(self) -> dict[str, list[str]]:
        """The reasons under the name of each field."""
        found: dict[str, list[str]] = {}
        for each in self.errors:
            found.setdefault(each.field, []).append(each.detail)
        return found


class JobFailed(PortalError):
    """Long work ended without success; `job` is how."""

    def __init__(self, message: str, job: Any) -> None:
        super().__init__(message)
        self.job = job


REFUSALS: dict[int, type[Refusal]] = {401: NotSignedIn, 403: Forbidden, 404: NotFound, 409: Conflict}


def refusal(status: int, content: bytes) -> PortalError:
    """Return the error that an answer of 400 or more means, from its problem details."""
    problem = _problem(content)
    if not problem:
        return Unreachable(f"What answered is not the portal's API: {status} {_reason(status)}.")
    errors = [FieldError(str(each["field"]), str(each["detail"])) for each in problem.get("errors", ())]
    said = " ".join(map(str, errors)) or str(problem.get("detail", ""))
    if status in REFUSALS:
        return REFUSALS[status](said, status)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Invalid(said, status, errors)
    return Unreachable(f"The portal answered {status}: {said}")


def _problem(content: bytes) -> dict[str, Any]:
    try:
        problem = json.loads(content)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "no reason given"
