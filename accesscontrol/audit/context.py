"""Where the present act comes from: the request's address and id, read by audit and policies."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

Session = SessionBase | dict[str, Any]
# Keys of the session: when its user last proved who they are, in seconds since 1970.
SIGNED_IN_AT = "signed_in_at"
SECOND_FACTOR_AT = "second_factor_at"
BROWSER, TOKEN = "browser", "token"  # kinds of client


@dataclass(frozen=True)
class Context:
    ip: str | None = None
    user_agent: str | None = None
    request_id: str | None = None
    purpose: str | None = None
    client: str | None = None
    session: Session = field(default_factory=dict, compare=False, repr=False)

    @property
    def auth_age(self) -> int | None:
        """Whole seconds since the session signed in or re-authenticated; None without a session."""
        return _age(self.session.get(SIGNED_IN_AT))

    @property
    def mfa_age(self) -> int | None:
        """Whole seconds since the session's second factor; None where there was none."""
        return _age(self.session.get(SECOND_FACTOR_AT))


def _age(then: Any) -> int | None:
    """Return the whole seconds since a moment of the session; one in the future is no proof."""
    if not isinstance(then, int | float):
        return None
    age = timezone.now().timestamp() - then
    return int(age) if age >= 0 else None


def note_authentication(session: MutableMapping[str, Any], key: str = SIGNED_IN_AT) -> None:
    """Remember that the session's user has just proved who they are."""
    session[key] = timezone.now().timestamp()


NOWHERE = Context()  # a task or a command: no request
_current: ContextVar[Context] = ContextVar("govportal_context", default=NOWHERE)


def current() -> Context:
    return _current.get()


def client_address(request: HttpRequest) -> str | None:
    """Return the peer's address; behind a declared proxy, the last hop that it added."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and settings.SECURE_PROXY_SSL_HEADER:
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR") or None


def of_request(request: HttpRequest) -> Context:
    """Return where the request comes from. One with a token has no session, whatever cookie it sends."""
    by_token = "Authorization" in request.headers
    session: Session | None = None if by_token else getattr(request, "session", None)
    return Context(
        ip=client_address(request),
        user_agent=request.headers.get("User-Agent", "")[:300] or None,
        request_id=request.headers.get("X-Request-ID", "")[:100] or uuid4().hex,
        purpose=request.headers.get("X-Purpose", "")[:100] or None,
        client=TOKEN if by_token else BROWSER,
        session={} if session is None else session,
    )


def enter(context: Context) -> None:
    _current.set(context)


@contextmanager
def somebody_elses() -> Iterator[None]:
    """Ask about other people than the caller: from where they come, and for what, is unknown."""
    here = current()
    enter(Context(request_id=uuid4().hex))
    try:
        yield
    finally:
        enter(here)
