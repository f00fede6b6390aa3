"""The one kind of error that leaves a connector."""

from typing import Literal

ErrorKind = Literal[
    "config",  # a setting cannot be right, whatever the server says
    "unreachable",  # no server answers there, or it went away
    "auth",  # the server does not believe who we are
    "unknown_database",
    "permission",  # known to the server, and not allowed this
    "timeout",
    "missing",  # the table or column is not there (any more)
    "query",  # the server cannot do what the statement asks
]


class ConnectorError(Exception):
    """A source did not do what was asked. The message is said to a person and holds no secret."""

    def __init__(self, message: str, kind: ErrorKind, field: str | None = None) -> None:
        """`field` names the setting to look at, where one is to blame."""
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.field = field
