"""How a request reaches the portal: over HTTP, under a token."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import IO, Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from govportal.client.errors import PortalError, Unreachable, refusal

API = "/api/v1/"
TIMEOUT = 60.0  # seconds without a byte
JSON = "application/json"
Query = Mapping[str, Any]


@dataclass(frozen=True)
class Sent:
    """One request to the API: `path` stands below /api/v1/, `content` is written already."""

    method: str
    path: str
    query: Query = field(default_factory=dict)
    content: bytes | None = None
    content_type: str = JSON
    accept: str = JSON

    @property
    def address(self) -> str:
        """The path with its query string; a list gives its name several times, None is left out."""
        pairs = {name: _texts(value) for name, value in self.query.items() if value is not None}
        asked = urlencode(pairs, doseq=True)
        return f"{API}{self.path}{'?' + asked if asked else ''}"


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]


@dataclass(frozen=True)
class Answer:
    """What came back, not yet read."""

    status: int
    headers: Mapping[str, str]
    stream: IO[bytes]

    def content(self) -> bytes:
        with self.stream:
            return self.stream.read()

    def data(self) -> Any:
        """What the JSON holds; None for an answer without content."""
        content = self.content()
        try:
            return json.loads(content) if content else None
        except ValueError:
            raise Unreachable("What answered is not the portal's API: it sent no JSON.") from None


class Connection(Protocol):
    """Takes a request to the portal in somebody's name."""

    def send(self, sent: Sent) -> Answer:
        """Return the answer, of a status below 400; raises PortalError."""


class _Stay(HTTPRedirectHandler):
    """A token is shown to the address that it was given for, and to no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class HttpConnection:
    """The portal at `url`, in the name of the person whose `token` it is."""

    def __init__(self, url: str, token: str, timeout: float = TIMEOUT) -> None:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise PortalError(f"“{url}” is not the address of a portal: it begins with http:// or https://.")
        if not token or not token.isascii() or not token.isprintable():
            raise PortalError("This is not a token. Make one in the portal under API tokens.")
        self.url, self.timeout = url.rstrip("/"), timeout
        self._token = token
        self._opener = build_opener(_Stay, HTTPSHandler(context=ssl.create_default_context()))

    def send(self, sent: Sent) -> Answer:
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Accept": sent.accept,
            "User-Agent": "govportal-client",
        }
        if sent.content is not None:
            headers["Content-Type"] = sent.content_type
        # the scheme was checked to be http or https
        request = Request(self.url + sent.address, sent.content, headers, method=sent.method)  # noqa: S310
        try:
            found = self._opener.open(request, timeout=self.timeout)
        except HTTPError as error:
            raise self._refusal(error) from None
        except (URLError, OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise Unreachable(f"The portal at {self.url} does not answer: {reason}.") from error
        return Answer(found.status, found.headers, found)

    def _refusal(self, error: HTTPError) -> PortalError:
        with error:
            if elsewhere := error.headers.get("Location"):
                return Unreachable(f"{self.url} sends on to {elsewhere}. Give that address instead.")
            return refusal(error.code, error.read())
