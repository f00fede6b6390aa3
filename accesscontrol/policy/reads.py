"""The policies in force, and what they may know of a user and of the moment."""

import logging
from collections.abc import Callable, Mapping, Sequence
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


@dataclass(frozen=True)
class _Known:
    values: Values
    marks: dict[str, bool]


@dataclass
class _Memo:
    """What one request has read already; another request never sees it."""

    context: Context
    rules: RuleSet | None = None
    users: dict[int, _Known] = field(default_factory=dict)


_memo: ContextVar[_Memo | None] = ContextVar("govportal_policy_memo", default=None)
_marks: dict[str, Callable[[], Exists]] = {}  # see add_mark
_compiled: dict[str, RuleSet] = {}  # at most one: fingerprint -> what it compiles to


def add_mark(name: str, exists: Callable[[], Exists]) -> None:
    """Register a yes or no about a person, the row of the outer query, that many pages begin by asking.

    It is read with their attributes, in the same statement, which is written once: it may hold no moment.
    """
    _marks[name] = exists
    _for_one.cache_clear()


def has_mark(user: User, name: str) -> bool:
    """Return what was registered with `add_mark` about `user`."""
    return _known(user).marks[name]


def policy_set() -> RuleSet:
    """Return the active policies, compiled: one small query per request, two when they changed."""
    memo = _remembered()
    if memo.rules is None:
        memo.rules = _policies_now()
    return memo.rules


def user_values(user: User) -> Values:
    """Return the attributes of `user` as stored now: one query per request and user."""
    return _known(user).values


def asker(user: User) -> Situation:
    """Return what is known of `user` and of their moment, in one query even where nothing is kept."""
    known = _known(user)
    return {"user": known.values, "env": {**environment(), "break_glass": known.marks["broke_glass"]}}


def in_emergency(user: User) -> bool:
    """Return whether `user` is in an emergency that they declared: known with their attributes."""
    return has_mark(user, "broke_glass")


def _known(user: User) -> _Known:
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
    """Drop what this request has read, after it changed a policy or what a mark says."""
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


def _stored_of_one(user: User) -> _Known:
    """Return what `values_of` does of one person, and their marks.

    Django takes far longer to write this statement than PostgreSQL to answer it, and every request asks.
    """
    sql, params = _for_one()
    with connection.cursor() as cursor:
        cursor.execute(sql, [user.pk if value == NOBODY else value for value in params])
        row = cursor.fetchone()
    if row is None:
        return _Known({}, dict.fromkeys(_marks, False))
    return _Known(_named(row[len(_marks) :]), dict(zip(_marks, row, strict=False)))


@cache
def _for_one() -> tuple[str, tuple[Any, ...]]:
    marks = {f"marked_{name}": exists() for name, exists in _marks.items()}
    sql, params = _rows_of(User.objects.filter(pk=NOBODY), marks).query.sql_with_params()
    return sql, tuple(params)


def values_of(people: QuerySet[User]) -> dict[int, Values]:
    """Return what attributes.yaml lists of each of `people`, by primary key, in one query.

    A list is of the rows at its source. What a file of additional attributes says of somebody is there too.
    """
    return {pk: _named(row) for pk, *row in _rows_of(people, {"key": F("pk")})}


def _rows_of(people: QuerySet[User], first: Mapping[str, Expression | Exists | F]) -> QuerySet[User, Any]:
    columns = {f"of_{attribute.name}": _stored(attribute) for attribute in _listed()}
    return people.annotate(**first, **columns).values_list(*first, *columns)


def _named(stored: Sequence[Any]) -> Values:
    """Return the values of a row by their attributes' names."""
    values = {item.name: _held(item, value) for item, value in zip(_listed(), stored, strict=True)}
    more = VOCABULARY.entities.get("user", {}).get(values["username"], {})
    return {**more, **values}


@cache
def _listed() -> tuple[Attribute, ...]:
    return tuple(attribute for attribute in VOCABULARY.user.values() if attribute.source)


def _declared() -> Exists:
    """Whether a person of the query is in an emergency now."""
    live = Emergency.objects.filter(user=OuterRef("pk"), ended_at__isnull=True, ends_at__gt=Now())
    return Exists(live.order_by())


add_mark("broke_glass", _declared)


def _held(attribute: Attribute, value: Any) -> Any:
    return tuple(value or ()) if attribute.type == "list" else value


def _stored(attribute: Attribute) -> Expression | F:
    if attribute.type == "list":
        there = Q(**{f"{attribute.path}__isnull": False})
        return ArrayAgg(attribute.path, filter=there, order_by=attribute.path)
    return F(attribute.path)
