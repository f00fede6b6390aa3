"""Sign-ins are facts too."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from accesscontrol.audit.context import note_authentication
from accesscontrol.audit.services import record
from accesscontrol.identity.facts import SignedIn, SignedOut, SignInFailed
from accesscontrol.identity.models import User


@receiver(user_logged_in)
@transaction.atomic
def note_sign_in(sender: Any, user: User, request: HttpRequest | None = None, **kwargs: Any) -> None:
    if request is not None:
        note_authentication(request.session)
    record(SignedIn(subject=str(user.code), actor=user.username))


@receiver(user_logged_out)
@transaction.atomic
def note_sign_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user:
        record(SignedOut(subject=str(user.code), actor=user.username))


@receiver(user_login_failed)
@transaction.atomic
def note_failed_sign_in(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    name = str(credentials.get("username", ""))[:150]
    record(SignInFailed(subject=name, actor=name or "anonymous"))
