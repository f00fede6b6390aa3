from collections.abc import Callable

from django.db import transaction

from accesscontrol.audit.context import current
from accesscontrol.audit.facts import Fact, announced
from accesscontrol.audit.models import Entry

ORIGIN = ("ip", "user_agent", "request_id", "purpose", "client")
Mark = Callable[[Fact], dict[str, str]]
_marks: list[Mark] = []


def add_mark(mark: Mark) -> None:
    """Let an upper room add to the origin of a fact; registering the same again changes nothing."""
    if mark not in _marks:
        _marks.append(mark)


def record(fact: Fact) -> Entry:
    """Write `fact` into the log within the caller's transaction, and announce it once committed.

    Raises `TransactionManagementError` outside a transaction: a fact and its change live or die together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() needs the change's transaction.")
    here = current()
    origin = {key: value for key in ORIGIN if (value := getattr(here, key))}
    for mark in _marks:
        origin |= mark(fact)
    entry = Entry.objects.append({**fact.content(), "origin": origin})
    transaction.on_commit(lambda: announce(fact))
    return entry


def announce(fact: Fact) -> None:
    announced.send(sender=type(fact), fact=fact)
