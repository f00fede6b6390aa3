"""Who may, on what, and to do what: AuthZEN's three searches, by pages that stay with their question."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from django.core.signing import BadSignature, dumps, loads

from accesscontrol.audit.canonical import canonical
from accesscontrol.authzen import known
from accesscontrol.authzen.known import Resource, Subject
from accesscontrol.authzen.messages import MOST_RESULTS, Entity, Malformed, Question, Search
from accesscontrol.authzen.reads import Caller, Judge, entities_of
from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.querysets import granted
from accesscontrol.policy.reads import fingerprint
from accesscontrol.policy.to_q import predicate

SALT = "authzen.page"


@dataclass(frozen=True)
class Page:
    """Some of the results in order; the token leads to the rest, an empty one says that there is none."""

    results: list[dict[str, Any]]
    next_token: str


Found = Iterator[tuple[Any, dict[str, Any]]]  # the key after which the next page begins, and the result
Finder = Callable[[Caller, Question, Any], Found]


def found_subjects(caller: Caller, question: Question, after: Any) -> Found:
    """Yield the active accounts that may, by username."""
    if question.subject.type != known.USER:
        return
    judge = Judge(caller, [])
    things = known.resources([question.resource])
    thing = things.get(question.resource)
    people = [person for person in known.everybody() if person.username > (after or "")]
    if thing:
        model = known.governed()[question.resource.type]
        judge.held = known.held(model, (person.pk for person in people), [thing.pk])
    for person in people:
        asked = replace(question, subject=replace(question.subject, id=person.username))
        if judge.decide(asked, person, thing).allowed:
            yield person.username, {"type": known.USER, "id": person.username}


def found_resources(caller: Caller, question: Question, after: Any) -> Found:
    """Yield the resources on which the subject may: ours from the database, others' from their list."""
    judge = Judge(caller, [question])
    person = judge.subject(question)
    kind, action = question.resource.type, VOCABULARY.actions.get(question.action)
    if person is None or action is None or kind not in VOCABULARY.resources:
        return
    if kind in known.governed():
        for row in _rows(judge, question, person, action, after or 0):
            yield row.pk, {"type": kind, "id": str(row.code)}
        return
    for code in entities_of(kind):
        asked = replace(question, resource=Entity(kind, code, question.resource.properties))
        if code > (after or "") and judge.decide(asked, person, None).allowed:
            yield code, {"type": kind, "id": code}


def _rows(judge: Judge, question: Question, person: Subject, action: str, after: int) -> Iterator[Resource]:
    """Yield our rows that the database finds allowed: the same predicate as every list of the portal."""
    kind = question.resource.type
    model: Any = known.governed()[kind]
    env = judge.env_values(question, person)
    situation = {"user": judge.user_values(question.subject, person), "env": env}
    residual = judge.rules.residual(kind, action, situation)
    exceptions = granted(User(pk=person.pk), model, action, env.get("time"))
    allowed = predicate(residual, known.columns_of(model), exceptions)
    rows = model._default_manager.filter(allowed, pk__gt=after).order_by("pk")
    for pk, code in rows.values_list("pk", "code")[: MOST_RESULTS + 1]:
        yield Resource(pk, code, {})


def found_actions(caller: Caller, question: Question, after: Any) -> Found:
    """Yield every accepted name of an action that the subject may do with the resource."""
    judge = Judge(caller, [question])
    person, thing = judge.subject(question), judge.things.get(question.resource)
    for name in sorted(VOCABULARY.actions):
        if name > (after or "") and judge.decide(question, person, thing, name).allowed:
            yield name, {"name": name}


FINDERS: dict[str, Finder] = {
    "subject": found_subjects,
    "resource": found_resources,
    "action": found_actions,
}


def page_of(caller: Caller, search: Search, wanted: str) -> Page:
    """Return a page of results. Raises `Malformed` for a token of another request or older policies."""
    mark = _mark(caller, search.question, wanted)
    after = _opened(search.token, mark) if search.token else None
    keyed = list(islice(FINDERS[wanted](caller, search.question, after), search.limit + 1))
    more = len(keyed) > search.limit
    shown = keyed[: search.limit]
    token = dumps({"after": shown[-1][0], "mark": mark}, salt=SALT) if more else ""
    return Page([result for _, result in shown], token)


def _mark(caller: Caller, question: Question, wanted: str) -> str:
    """Return a hash of who asks what, and of the policies in force."""
    whole = [wanted, str(caller.user.code), asdict(question), fingerprint()]
    text = canonical({"search": whole}).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()


def _opened(token: str, mark: str) -> Any:
    try:
        content = loads(token, salt=SALT)
    except BadSignature as error:
        raise Malformed("page.token", "is not one of ours") from error
    if content["mark"] != mark:
        raise Malformed("page.token", "belongs to another request, or the policies changed; begin again")
    return content["after"]
