"""What a chain may be about: the verbs that rooms registered, and the domains that the catalog knows."""

from collections.abc import Callable, Iterable
from uuid import UUID

VERBS: dict[str, str] = {}
_domains: list[Callable[[], Iterable[tuple[UUID, str]]]] = []


def name_verb(name: str, label: str) -> None:
    VERBS[name] = label


def know_domains(listed: Callable[[], Iterable[tuple[UUID, str]]]) -> None:
    """Let the floor that has domains list their codes and names, which everybody may know."""
    _domains[:] = [listed]


def domains() -> dict[UUID, str]:
    return dict(pair for listed in _domains for pair in listed())
