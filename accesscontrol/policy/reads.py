"""The policies in force, and what they may know of a user and of the moment."""

import logging
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Exists, Expression, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accesscontrol.audit.context import Context, current
from accesscontrol.breakglass.models import Emergency
from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import VOCABULARY, Attribute
from accesscontrol.policy.document import Rule, broken, read_policy
from accesscontrol.policy.models import Policy
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policy.semantics import Situation, Values
from accesscontrol.policy.values import PolicyError

log = logging.getLogger(__name__)


@dataclass
class _Memo:
    """What one request has read already; another request never sees it."""

    context: Context
    rules: RuleSet | None = None
    users: dict[int, tuple[Values, bool]] = field(default_factory=dict)


_memo: ContextVar[_Memo | None] = ContextVar("govportal_policy_memo", default=None)
_compiled: dict[str, RuleSet] = {}  # at most one: fingerprint -> what it compiles to


def policy_set() -> RuleSet:
    """Return the active policies, compiled: one small query per request, two when they changed."""
    memo = _remembered()
    if memo.rules is None:
        memo.rules = _policies_now()
    return memo.rules


def user_values(user: User) -> Values:
    """Return the attributes of `user` as stored now: one query per request and user."""
    return _known(user)[0]


def asker(user: User) -> Situation:
    """Return what is known of `user` and of their moment, in one query even where nothing is kept."""
    values, declared = _known(user)
    return {"user": values, "env": {**environment(), "break_glass": declared}}


def in_emergency(user: User) -> bool:
    """Return whether `user` is in an emergency that they declared: known with their attributes."""
    return _known(user)[1]


def _known(user: User) -> tuple[Values, bool]:
    memo = _remembered()
    if user.pk not in memo.users:
        memo.users[user.pk] = _stored_of_one(user)
    return memo.users[user.pk]


def environment() -> Values:
    """Return what is known of the moment; in background work only its time is; of no user."""
    here = current()
    return {
        "time": timezone.now(),
        "network": here.ip,
        "purpose": here.purpose,
        "client": here.client,
        "auth_age": here.auth_age,
        "mfa_age": here.mfa_age,
        "break_glass": False,
    }


def forget() -> None:
    """Drop what this request has read, after it changed a policy."""
    _memo.set(None)


def _remembered() -> _Memo:
    """Return this request's memo. Outside of a request nothing is kept.

    Contexts are compared by identity: their id may come from the caller, who could repeat it.
    """
    memo, here = _memo.get(), current()
    if memo is None or memo.context is not here or here.request_id is None:
        memo = _Memo(here)
        _memo.set(memo)
    return memo


def _policies_now() -> RuleSet:
    mark = fingerprint()
    found = _compiled.get(mark)
    if found is None:
        found = RuleSet(_rule(policy) for policy in Policy.objects.active())
        _compiled.clear()
        _compiled[mark] = found
    return found


def fingerprint() -> str:
    """Return a short text that differs whenever the active policies do; every request asks for it.

    A version alone may be given twice: when a change is rolled back, or the database from a copy.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(code || ':' || version || ':' || extract(epoch FROM updated), ',' "
            "ORDER BY id)) "
            "FROM accesscontrol_policy WHERE is_active"
        )
        return cursor.fetchone()[0] or ""


def _rule(policy: Policy) -> Rule:
    try:
        return read_policy(policy.document, code=str(policy.code))
    except PolicyError as error:
        log.error("Policy %s no longer reads (%s); it permits nothing.", policy.name, error)
        return broken(name=policy.name, effect=policy.effect, code=str(policy.code))


NOBODY = -1  # stands for a primary key in a statement that is written once


def _stored_of_one(user: User) -> tuple[Values, bool]:
    """Return what `values_of` does of one person, and whether they are in an emergency.

    Django takes far longer to write this statement than PostgreSQL to answer it, and every request asks.
    """
    sql, params = _for_one()
    with connection.cursor() as cursor:
        cursor.execute(sql, [user.pk if value == NOBODY else value for value in params])
        row = cursor.fetchone()
    return _named(row) if row else ({}, False)


@cache
def _for_one() -> tuple[str, tuple[Any, ...]]:
    sql, params = _rows_of(User.objects.filter(pk=NOBODY)).query.sql_with_params()
    return sql, tuple(params)


def values_of(people: QuerySet[User]) -> dict[int, Values]:
    """Return what attributes.yaml lists of each of `people`, by primary key, in one query.

    A list is of the rows at its source. What a file of additional attributes says of somebody is there too.
    """
    return {row[0]: _named(row)[0] for row in _rows_of(people)}


def _rows_of(people: QuerySet[User]) -> QuerySet[User, Any]:
    columns = {f"of_{attribute.name}": _stored(attribute) for attribute in _listed()}
    return people.annotate(broke_glass=_declared(), **columns).values_list("pk", "broke_glass", *columns)


def _named(row: Sequence[Any]) -> tuple[Values, bool]:
    """Return the values of a row by their attributes' names, and whether the person is in an emergency."""
    _, declared, *stored = row
    values = {item.name: _held(item, value) for item, value in zip(_listed(), stored, strict=True)}
    more = VOCABULARY.entities.get("user", {}).get(values["username"], {})
    return {**more, **values}, declared


@cache
def _listed() -> tuple[Attribute, ...]:
    return tuple(attribute for attribute in VOCABULARY.user.values() if attribute.source)


def _declared() -> Exists:
    """Whether a person of the query is in an emergency now."""
    live = Emergency.objects.filter(user=OuterRef("pk"), ended_at__isnull=True, ends_at__gt=Now())
    return Exists(live.order_by())


def _held(attribute: Attribute, value: Any) -> Any:
    return tuple(value or ()) if attribute.type == "list" else value


def _stored(attribute: Attribute) -> Expression | F:
    if attribute.type == "list":
        there = Q(**{f"{attribute.path}__isnull": False})
        return ArrayAgg(attribute.path, filter=there, order_by=attribute.path)
    return F(attribute.path)
