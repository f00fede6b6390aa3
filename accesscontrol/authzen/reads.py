"""Answers to AuthZEN's questions, by the one engine that decides everywhere in the portal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone

from accesscontrol.authzen import known
from accesscontrol.authzen.assertions import asserted, stored_first, value
from accesscontrol.authzen.known import Held, Resource, Subject
from accesscontrol.authzen.messages import Entity, Question
from accesscontrol.breakglass.reads import emergencies
from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.guards import NO_ACCOUNT
from accesscontrol.policy.reads import environment, policy_set
from accesscontrol.policy.rules import Decision
from accesscontrol.policy.semantics import Situation

EVALUATE = "accesscontrol.evaluate_decision"
ASSERT = "accesscontrol.assert_properties"
EXPLAIN = "accesscontrol.explain_policy"
NO_PERMIT = Decision(False, "no permit")
LADDER = ("discover", "view")  # who may do one of these knows that the resource exists


@dataclass(frozen=True)
class Caller:
    """Who asks, and how far they are believed."""

    user: User

    @cached_property
    def asks_about_others(self) -> bool:
        return self.user.has_perm(EVALUATE)

    @cached_property
    def is_believed(self) -> bool:
        return self.user.has_perm(ASSERT)

    @cached_property
    def is_explained_to(self) -> bool:
        return self.user.has_perm(EXPLAIN)


@dataclass(frozen=True)
class Answer:
    """A decision, what it was about where we know it, and whether its refusal may be appealed."""

    question: Question
    decision: Decision
    resource: Resource | None = None
    may_ask: bool = False


class AboutOthers(Exception):
    """Somebody asked what somebody else may do, without the permission to."""


@dataclass
class Judge:
    """Decides questions of one caller, with what was read for all of them together."""

    caller: Caller
    questions: Sequence[Question]
    people: Mapping[str, Subject] = field(init=False)
    things: Mapping[Entity, Resource] = field(init=False)
    held: Held = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.people = known.subjects(question.subject for question in self.questions)
        self._refuse_others()
        self.things = known.resources(question.resource for question in self.questions)
        self.rules = policy_set()
        self.now = timezone.now()
        self._read_grants()

    def _refuse_others(self) -> None:
        if self.caller.asks_about_others:
            return
        for question in self.questions:
            person = self.subject(question)
            if person is None or person.pk != self.caller.user.pk:
                raise AboutOthers

    def _read_grants(self) -> None:
        """Read the grants of single objects: they permit where no policy does, never past a forbid."""
        for kind, model in known.governed().items():
            things = {thing.pk for entity, thing in self.things.items() if entity.type == kind}
            people = [each.pk for each in self.people.values()]
            if things:
                self.held = {**self.held, **known.held(model, people, things)}

    def answer(self, question: Question) -> Answer:
        person, thing = self.subject(question), self.things.get(question.resource)
        decision = self.decide(question, person, thing)
        may_ask = decision.reason == "no permit" and self._knows(question, person, thing)
        return Answer(question, decision, thing, may_ask)

    def _knows(self, question: Question, person: Subject | None, thing: Resource | None) -> bool:
        """Return whether the subject may know of the resource, so that to ask for more betrays nothing."""
        return thing is not None and any(
            self.decide(question, person, thing, action).allowed for action in LADDER
        )

    def subject(self, question: Question) -> Subject | None:
        subject = question.subject
        return self.people.get(subject.id) if subject.type == known.USER else None

    def decide(
        self, question: Question, person: Subject | None, thing: Resource | None, action: str = ""
    ) -> Decision:
        wanted = VOCABULARY.actions.get(action or question.action)
        kind = question.resource.type
        if person is None:
            return NO_ACCOUNT
        if wanted is None or kind not in VOCABULARY.resources or (thing is None and kind in known.governed()):
            return NO_PERMIT
        situation = self.situation(question, person, thing)
        decision = self.rules.decide(kind, wanted, situation)
        if thing and decision.reason == "no permit":
            at = situation["env"].get("time") or self.now
            windows = self.held.get((person.pk, wanted, thing.pk), ())
            return Decision(True, "granted") if any(each.is_open(at) for each in windows) else decision
        return decision

    def situation(self, question: Question, person: Subject, thing: Resource | None) -> Situation:
        return {
            "user": self.user_values(question.subject, person),
            "resource": self.resource_values(question.resource, thing),
            "env": self.env_values(question, person),
        }

    def user_values(self, entity: Entity, person: Subject) -> Mapping[str, Any]:
        listed = VOCABULARY.entities.get(known.USER, {}).get(person.username, {})
        said = asserted(entity.properties, VOCABULARY.user) if self.caller.is_believed else {}
        return stored_first(person.stored, stored_first(listed, said))

    def resource_values(self, entity: Entity, thing: Resource | None) -> Mapping[str, Any]:
        listed = VOCABULARY.entities.get(entity.type, {}).get(entity.id, {})
        attributes = VOCABULARY.resources[entity.type]
        said = asserted(entity.properties, attributes) if self.caller.is_believed else {}
        stored = thing.stored if thing else {**listed, "id": entity.id}
        return stored_first(stored, said)

    def env_values(self, question: Question, person: Subject) -> Mapping[str, Any]:
        """Return what the enforcement point says of the moment; its clock counts only if it is believed.

        Who asks for themselves without being an enforcement point is where they are.
        """
        if not self.caller.asks_about_others:
            return {**environment(), "break_glass": self.in_emergency(person)}
        said = {**question.context, **question.action_properties}
        env = {name: value(said.get(name), about) for name, about in VOCABULARY.env.items()}
        if not (self.caller.is_believed and "time" in question.context):
            env["time"] = self.now
        return {**env, "break_glass": self.in_emergency(person)}  # nobody else can say that of them

    def in_emergency(self, person: Subject) -> bool:
        return any(each.user_id == person.pk for each in emergencies())


def entities_of(kind: str) -> Iterable[str]:
    """Return the ids of the resources of another system that the vocabulary's file lists, in order."""
    return sorted(VOCABULARY.entities.get(kind, {}))
