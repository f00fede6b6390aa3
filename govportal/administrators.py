"""The first administrator: from the environment, or asked for at the terminal."""

import getpass
import os
import sys

from django.core.exceptions import ValidationError
from django.db.models import Q

from accesscontrol.identity.models import User, UserQuerySet
from accesscontrol.identity.services import save_user
from govportal.supervisor import Failed

ROLE = "administrator"
WANTED = (
    "This portal has no administrator yet: set GOVPORTAL_ADMIN and GOVPORTAL_ADMIN_PASSWORD "
    "(and GOVPORTAL_ADMIN_EMAIL), or start it from a terminal to be asked."
)


def administrators() -> UserQuerySet:
    """Who keeps the portal."""
    keepers = Q(is_superuser=True) | Q(groups__name=ROLE)
    return User.objects.get_queryset().filter(keepers, is_active=True).distinct()


def ensure_administrator() -> None:
    """Make the first administrator unless there is one. Raises `Failed` when nobody says who it is."""
    if administrators().exists():
        return
    if os.environ.get("GOVPORTAL_ADMIN") and os.environ.get("GOVPORTAL_ADMIN_PASSWORD"):
        given = [os.environ.get(f"GOVPORTAL_ADMIN{part}", "") for part in ("", "_PASSWORD", "_EMAIL")]
        try:
            save_administrator(*given)
        except ValidationError as error:
            raise Failed(f"GOVPORTAL_ADMIN cannot be made: {' '.join(error.messages)}") from error
    elif sys.stdin.isatty():
        ask()
    else:
        raise Failed(WANTED)


def ask() -> None:
    """Ask at the terminal until the answers are acceptable."""
    print("This portal has no administrator yet. Who is it?")
    while True:
        try:
            given = (
                input("  User name: ").strip(),
                ask_password(),
                input("  E-mail (may stay empty): ").strip(),
            )
            return save_administrator(*given)
        except EOFError:
            raise Failed(WANTED) from None
        except ValidationError as error:
            print("  " + "\n  ".join(error.messages))


def ask_password() -> str:
    first, again = getpass.getpass("  Password: "), getpass.getpass("  Password again: ")
    if first != again:
        raise ValidationError("The two passwords differ.")
    return first


def save_administrator(username: str, password: str, email: str) -> None:
    """Make the account with the role, not with all rights: the policies bind it like anybody."""
    save_user(username=username, password=password, email=email, roles=[ROLE], actor="setup")
