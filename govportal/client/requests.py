"""Requests of the API's habits: JSON in and out, lists by pages."""

import json
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from govportal.client.connection import Connection, Query, Sent
from govportal.client.errors import PortalError
from govportal.client.pages import PAGE_SIZE, Found
from govportal.client.shapes import read

T = TypeVar("T")


class Requests:
    """What every group of calls asks through."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, path: str, query: Query | None = None) -> Any:
        return self.connection.send(Sent("GET", path, query or {})).data()

    def send(self, method: str, path: str, body: Any = None, query: Query | None = None) -> Any:
        """Send `body` as JSON, and return what the answer holds."""
        content = None if body is None else written(body)
        return self.connection.send(Sent(method, path, query or {}, content)).data()

    def one(self, shape: type[T], path: str, query: Query | None = None) -> T:
        return read(shape, self.get(path, query))

    def list(self, shape: type[T], path: str, query: Query | None = None, size: int = PAGE_SIZE) -> Found[T]:
        """All of a list, asked for page by page."""
        return Found(shape, lambda page: self.get(path, {**(query or {}), **page}), size)


def written(body: Any) -> bytes:
    """`body` as JSON; ids and moments as text."""
    try:
        return json.dumps(body, default=_text, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise PortalError(f"This cannot be written as JSON: {error}.") from error


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
