"""Who may do something with one resource and what lets them, for all active users at once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import QuerySet

from accesscontrol.breakglass.models import Emergency
from accesscontrol.grants.models import Grant
from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.explain import distance
from accesscontrol.policy.gaps import gaps
from accesscontrol.policy.querysets import ByPolicy
from accesscontrol.policy.reads import policy_set, values_of
from accesscontrol.policy.rules import Decision, RuleSet
from accesscontrol.policy.semantics import Situation, Values
from accesscontrol.simulation.mentions import alike, cores, mentioned
from accesscontrol.simulation.world import everybody, moment

Names = Mapping[int, str]


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    department: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """What lets people in: policies by name, or a grant."""

    kind: str
    policies: tuple[str, ...]

    @property
    def words(self) -> str:
        return ", ".join(self.policies) if self.policies else "A grant of this object"


@dataclass(frozen=True)
class Group:
    """People who are let in by the same reason."""

    reason: Reason
    people: list[Person] = field(default_factory=list)

    def departments(self) -> list[tuple[str, int]]:
        return Counter(person.department for person in self.people).most_common()

    def roles(self) -> list[tuple[str, int]]:
        return Counter(role for person in self.people for role in person.roles).most_common()


@dataclass(frozen=True)
class Who:
    """`asked` is the number of all active users."""

    asked: int
    groups: list[Group]

    @property
    def count(self) -> int:
        return sum(len(group.people) for group in self.groups)

    @property
    def others(self) -> int:
        return self.asked - self.count


@dataclass(frozen=True)
class Asked:
    """One resource and one action, with what is known of the resource and of the moment."""

    rules: RuleSet
    resource_type: str
    action: str
    resource: Values
    env: Values
    in_emergency: frozenset[int]  # users who broke the glass: what a forbid lets them do is theirs only

    def situation(self, pk: int, user: Values) -> Situation:
        env = {**self.env, "break_glass": True} if pk in self.in_emergency else self.env
        return {"user": user, "resource": self.resource, "env": env}

    def decide(self, pk: int, user: Values) -> Decision:
        return self.rules.decide(self.resource_type, self.action, self.situation(pk, user))


def asked_about(obj: Any, action: str) -> Asked:
    """Return the question; what is stored counts, not what a page happened to load."""
    guard = obj.guard
    if not isinstance(guard, ByPolicy):
        raise TypeError(f"{type(obj).__name__} is not governed by policies")
    stored = type(obj)._default_manager.filter(pk=obj.pk).values_list(*guard.columns.values()).first()
    resource = dict(zip(guard.columns, stored, strict=True)) if stored else {}
    declared = frozenset(Emergency.objects.live().order_by().values_list("user", flat=True))
    return Asked(policy_set(), guard.resource_type, action, resource, moment(), declared)


def who(obj: models.Model, action: str) -> Who:
    """Return everybody who may, by what lets them: a handful of statements for any number of users."""
    asked, people, granted = asked_about(obj, action), everybody(), holders(obj, action)
    names = full_names()
    groups: dict[Reason, Group] = {}
    for pk, values in people.items():
        decision = asked.decide(pk, values)
        if decision.allowed:
            reason = Reason("policy", decision.policies)
        elif decision.reason == "no permit" and pk in granted:
            reason = Reason("grant", ())
        else:
            continue
        groups.setdefault(reason, Group(reason)).people.append(person(values, names.get(pk, "")))
    for group in groups.values():
        group.people.sort(key=lambda one: one.username)
    return Who(
        len(people), sorted(groups.values(), key=lambda group: (-len(group.people), group.reason.words))
    )


def allowed(obj: models.Model, action: str, people: QuerySet[User]) -> set[int]:
    """Return which of the active `people` may, by primary key: a handful of statements for any number."""
    asked, granted = asked_about(obj, action), holders(obj, action)
    known = values_of(User.objects.filter(pk__in=people.order_by().values("pk"), is_active=True).order_by())
    decided = {pk: asked.decide(pk, values) for pk, values in known.items()}
    return {
        pk
        for pk, decision in decided.items()
        if decision.allowed or (decision.reason == "no permit" and pk in granted)
    }


def holders(obj: models.Model, action: str) -> set[int]:
    """Return the users who hold a live grant of the object, by themselves or by a role."""
    codename = f"{action}_{obj._meta.model_name}"
    live = Grant.objects.live().on(obj).filter(permission__codename=codename)
    held = set(live.filter(user__isnull=False).values_list("user", flat=True))
    members = User.groups.through.objects.filter(group__in=live.filter(group__isnull=False).values("group"))
    return held | set(members.values_list("user", flat=True))


def person(values: Values, name: str) -> Person:
    return Person(values["username"], name, values["department"], values["roles"])


def full_names() -> Names:
    rows = User.objects.filter(is_active=True).order_by().values_list("pk", "first_name", "last_name")
    return {pk: f"{first} {last}".strip() for pk, first, last in rows}


def others(obj: models.Model, action: str) -> list[tuple[str, int]]:
    """Return in words why the others may not, by what each is nearest to, with how many they are."""
    asked, people, granted = asked_about(obj, action), everybody(), holders(obj, action)
    rules = [each for each in asked.rules.compiled if action in each.rule.actions]
    counts: Counter[str] = Counter()
    for members in filter(None, _alike(asked, people, mentioned(cores(rules), "user"))):
        pk = members[0]
        decision = asked.decide(pk, people[pk])
        left = members if decision.reason == "forbidden" else [one for one in members if one not in granted]
        if left and not decision.allowed:
            counts[_nearest(asked, asked.situation(pk, people[pk]), decision)] += len(left)
    return counts.most_common()


def _alike(
    asked: Asked, people: Mapping[int, Values], attributes: tuple[Attribute, ...]
) -> Iterator[list[int]]:
    """Yield people who get one answer: of equal attributes, in an emergency or not."""
    for members in alike(people, attributes).values():
        for declared in (True, False):
            yield [pk for pk in members if (pk in asked.in_emergency) is declared]


def _nearest(asked: Asked, situation: Situation, decision: Decision) -> str:
    if decision.reason == "forbidden":
        return f"Forbidden by {', '.join(decision.policies)}"
    spoken = asked.rules.about(asked.resource_type, asked.action, situation)
    permits = [each for each in spoken if each.rule.effect == "permit"]
    if not permits:
        return "No policy permits it to anybody"
    rule = min(permits, key=lambda each: distance(each.core, situation)).rule
    missed = dict.fromkeys(gap.attribute.label.lower() for gap in gaps(rule.conditions, situation))
    return f"Nearest to {rule.name}, but for {', '.join(missed) or 'its conditions'}"
