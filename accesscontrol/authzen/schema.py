"""The shapes of requests and answers, for the API's documentation; `messages` is what checks them."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from accesscontrol.authzen.messages import SEMANTICS


class EntityShape(serializers.Serializer[Any]):
    type = serializers.CharField()
    id = serializers.CharField()
    properties = serializers.DictField(required=False)


class ActionShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    properties = serializers.DictField(required=False)


# `context` is also a property of every serializer, so these two are not written as classes.
EvaluationIn = inline_serializer(
    "EvaluationIn",
    {
        "subject": EntityShape(),
        "action": ActionShape(),
        "resource": EntityShape(),
        "context": serializers.DictField(required=False),
    },
)
EvaluationOut = inline_serializer(
    "EvaluationOut",
    {"decision": serializers.BooleanField(), "context": serializers.DictField(required=False)},
)


class EvaluationsOptions(serializers.Serializer[Any]):
    evaluations_semantic = serializers.ChoiceField(choices=SEMANTICS, required=False)


class EvaluationsIn(serializers.Serializer[Any]):
    subject = EntityShape(required=False)
    action = ActionShape(required=False)
    resource = EntityShape(required=False)
    evaluations = serializers.ListField(child=serializers.DictField(), required=False)
    options = EvaluationsOptions(required=False)


class EvaluationsOut(serializers.Serializer[Any]):
    evaluations = serializers.ListField(child=EvaluationOut)


class PageIn(serializers.Serializer[Any]):
    token = serializers.CharField(required=False)
    limit = serializers.IntegerField(required=False, min_value=1)


class SearchIn(serializers.Serializer[Any]):
    subject = EntityShape()
    action = ActionShape()
    resource = EntityShape()
    page = PageIn(required=False)


class ActionSearchIn(serializers.Serializer[Any]):
    subject = EntityShape()
    resource = EntityShape()
    page = PageIn(required=False)


class PageOut(serializers.Serializer[Any]):
    next_token = serializers.CharField(help_text="Empty at the end.")
    count = serializers.IntegerField()


class FoundEntities(serializers.Serializer[Any]):
    page = PageOut()
    results = EntityShape(many=True)


class FoundActions(serializers.Serializer[Any]):
    page = PageOut()
    results = ActionShape(many=True)


class ConfigurationOut(serializers.Serializer[Any]):
    policy_decision_point = serializers.URLField()
    access_evaluation_endpoint = serializers.URLField()
    access_evaluations_endpoint = serializers.URLField()
    search_subject_endpoint = serializers.URLField()
    search_resource_endpoint = serializers.URLField()
    search_action_endpoint = serializers.URLField()
    capabilities = serializers.ListField(child=serializers.CharField())
