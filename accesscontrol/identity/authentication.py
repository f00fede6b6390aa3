"""Who calls the API: a bearer token, or the browser's session."""

from datetime import timedelta

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.authentication import SessionAuthentication as DrfSessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accesscontrol.identity.models import ApiToken, User
from accesscontrol.identity.tokens import digest

TOUCH_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer gvp_…`"""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        kind, _, secret = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer":
            return None
        key = digest(secret.strip().decode("utf-8", "replace"))
        token = ApiToken.objects.live().select_related("user__team").filter(digest=key).first()
        if token is None:
            raise AuthenticationFailed("The token is unknown, expired or revoked.")
        _touch(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _touch(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > TOUCH_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


class SessionAuthentication(DrfSessionAuthentication):
    """The browser's session; a missing one is 401, not 403."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"
