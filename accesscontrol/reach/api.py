from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.doors import Pages
from accesscontrol.grants.models import Grant
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.explain import RuleExplained
from accesscontrol.policy.querysets import governed_model
from accesscontrol.policy.reads import in_emergency
from accesscontrol.policy.why import Why, why
from accesscontrol.reach import names
from accesscontrol.reach.what import what
from accesscontrol.reach.who import others, who
from accesscontrol.web import SIGNED_IN, DoorApi, caller, fetch, fetch_from

EXPLAIN = "accesscontrol.explain_policy"
ACTIONS = sorted(VOCABULARY.every_action())


class ActionIn(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=ACTIONS, default="view")


class ExplainIn(ActionIn):
    """Who wants to do what with which asset; `network` and `purpose` are unknown unless they are named."""

    user = serializers.CharField(required=False, help_text="A user name; the caller, when left out.")
    resource = serializers.UUIDField(help_text="The code of an asset.")
    network = serializers.CharField(required=False, max_length=100)
    purpose = serializers.CharField(required=False, max_length=100)

    def validate_user(self, username: str) -> Any:
        found = names.person_named(username)
        if found is None:
            raise serializers.ValidationError("There is no user of this name.")
        return found


class ExplainApi(DoorApi):
    """Why somebody may or may not do something: every policy, condition by condition.

    Everybody may ask about themselves, and reads the reason in words. To ask about others, and to read
    the policies, takes the right to explain.
    """

    door = SIGNED_IN

    @extend_schema(parameters=[ExplainIn], responses={200: dict[str, Any]})
    def get(self, request: Request) -> Response:
        data = ExplainIn(data=request.query_params)
        data.is_valid(raise_exception=True)
        asked, me = data.validated_data, caller(request)
        user, explains = asked.get("user", me), me.has_perm(EXPLAIN)
        if user != me and not explains:
            raise PermissionDenied("You may ask about yourself only.")
        env = {"time": timezone.now(), "break_glass": in_emergency(user)}
        env |= {key: asked[key] for key in ("network", "purpose") if key in asked}
        obj = _resource(request, asked["resource"], explains)
        found = why(user, obj, asked["action"], env if explains else None)
        if found is None:
            raise NotFound("Policies have no say in this.")
        return Response(_answer(found, obj, user.username, asked["action"], explains))


def _resource(request: Request, code: UUID, explains: bool) -> Any:
    if explains:
        return fetch(request, governed_model("asset"), code)
    return fetch_from(names.known_to(caller(request)), code)


def _answer(found: Why, obj: Any, username: str, action: str, explains: bool) -> dict[str, Any]:
    decision = found.explanation.decision
    answer = {
        "user": username,
        "action": action,
        "resource": {"type": "asset", "code": str(obj.code), "name": str(obj)},
        "allowed": decision.allowed,
        "reason": decision.reason,
        "obligations": list(decision.obligations),
        "requestable": found.requestable,
    }
    if not explains:
        return {**answer, "missing": found.alternatives()}
    return {
        **answer,
        "policies": list(decision.policies),
        "grants": [_grant(grant) for grant in found.grants],
        "nearest": [{"policy": rule.name, "missing": words} for rule, words in found.in_words()],
        "rules": [_rule(rule) for rule in found.explanation.rules],
    }


def _grant(grant: Grant) -> dict[str, Any]:
    return {"code": str(grant.code), "holder": grant.holder, "ends_at": grant.ends_at}


def _rule(rule: RuleExplained) -> dict[str, Any]:
    conditions = [
        {
            "path": line.path,
            "depth": line.depth,
            "attribute": line.attribute,
            "operator": line.operator,
            "expected": line.expected,
            "actual": line.actual,
            "result": line.result,
        }
        for line in rule.lines
    ]
    return {
        "name": rule.name,
        "code": rule.code,
        "effect": rule.effect,
        "result": rule.result,
        "applies": rule.applies,
        "decides": rule.decides,
        "distance": rule.distance,
        "conditions": conditions,
    }


def _action(request: Request) -> str:
    data = ActionIn(data=request.query_params)
    data.is_valid(raise_exception=True)
    return str(data.validated_data["action"])


class WhoApi(DoorApi):
    """Everybody who may do something with an asset, by what lets them; and why the others may not."""

    door = EXPLAIN

    @extend_schema(parameters=[ActionIn], responses={200: dict[str, Any]})
    def get(self, request: Request, code: UUID) -> Response:
        action = _action(request)
        obj = self.fetch(governed_model("asset"), code)
        found = who(obj, action)
        groups = [
            {
                "kind": group.reason.kind,
                "policies": list(group.reason.policies),
                "users": [asdict(person) for person in group.people],
            }
            for group in found.groups
        ]
        reasons = [{"reason": words, "users": count} for words, count in others(obj, action)]
        body = {"resource": str(code), "action": action, "asked": found.asked, "allowed": found.count}
        return Response({**body, "groups": groups, "others": reasons})


class WhatApi(DoorApi):
    """What a user may do something with, as far as the caller may see it; `hidden` counts the rest."""

    door = EXPLAIN
    pagination_class: type[PageNumberPagination] = Pages

    @extend_schema(parameters=[ActionIn], responses={200: dict[str, Any]})
    def get(self, request: Request, username: str) -> Response:
        user = names.person_named(username)
        if user is None:
            raise NotFound("There is no user of this name.")
        action = _action(request)
        found = what(user, caller(request), action)
        pages = self.pagination_class()
        rows: Any = pages.paginate_queryset(found.rows, request, view=self)
        body = pages.get_paginated_response(
            [{"code": str(row.code), "name": row.name, "kind": row.kind} for row in rows or ()]
        ).data
        counts = {label.lower(): dict(tally) for label, tally in found.counts.items()}
        asked = {"user": username, "action": action, "hidden": found.hidden, "counts": counts}
        return Response({**asked, **body})
