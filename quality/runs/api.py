from typing import Any
from uuid import UUID

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, DoorViewSet, caller
from catalog.assets.models import Asset
from quality.rules.models import Rule
from quality.runs import services
from quality.runs.models import Result, Violation
from stewardship.jobs.answers import JobStarted, started


class ResultOut(serializers.ModelSerializer[Result]):
    rule = serializers.UUIDField(source="rule.code")
    job = serializers.UUIDField(source="job.code", default=None)

    class Meta:
        model = Result
        fields = ["code", "rule", "status", "value", "threshold", "counted", "detail", "measured_at", "job"]


class ResultFilter(filters.FilterSet):
    rule = filters.UUIDFilter("rule__code")
    asset = filters.UUIDFilter("rule__asset__code")

    class Meta:
        model = Result
        fields = ["status"]


class Results(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """What each run found out, the newest first."""

    door = "quality.view_result"
    queryset = Result.objects.select_related("rule", "job")
    serializer_class = ResultOut
    filterset_class = ResultFilter


class ViolationOut(serializers.ModelSerializer[Violation]):
    rule = serializers.UUIDField(source="rule.code")
    rule_name = serializers.CharField(source="rule.name")
    asset = serializers.UUIDField(source="rule.asset.code")
    asset_name = serializers.CharField(source="rule.asset.name")

    class Meta:
        model = Violation
        fields = [
            "code",
            "rule",
            "rule_name",
            "asset",
            "asset_name",
            "state",
            "severity",
            "threshold",
            "value",
            "last_value",
            "opened_at",
            "last_seen_at",
            "acknowledged_by",
            "resolved_at",
            "resolved_by",
            "note",
        ]


class ViolationChange(serializers.Serializer[Any]):
    """`in_progress` takes a violation up; `resolved` settles it and needs a note."""

    state = serializers.ChoiceField(choices=["in_progress", "resolved"])
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class ViolationFilter(filters.FilterSet):
    rule = filters.UUIDFilter("rule__code")
    asset = filters.UUIDFilter("rule__asset__code")

    class Meta:
        model = Violation
        fields = ["state", "severity"]


class Violations(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Rules that were broken, and who took care of it."""

    door = {
        "list": "quality.view_violation",
        "retrieve": "quality.view_violation",
        "partial_update": "quality.change_violation",
    }
    queryset = Violation.objects.select_related("rule__asset")
    serializer_class = ViolationOut
    filterset_class = ViolationFilter

    @extend_schema(request=ViolationChange, responses=ViolationOut)
    def partial_update(self, request: Request, code: str) -> Response:
        violation = self.get_object()
        data = ViolationChange(data=request.data)
        data.is_valid(raise_exception=True)
        resolving = data.validated_data["state"] == Violation.State.RESOLVED
        verb = services.resolve_violation if resolving else services.acknowledge_violation
        note = data.validated_data["note"]
        return Response(
            ViolationOut(verb(violation=violation, actor=caller(request).username, note=note)).data
        )


class EvaluateRule(DoorApi):
    door = "quality.add_result"

    @extend_schema(request=None, responses={202: JobStarted}, operation_id="rules_evaluate")
    def post(self, request: Request, code: UUID) -> Response:
        """Have one rule measured; the result appears under /results/?rule=…"""
        rule = self.fetch(Rule, code)
        return started(request, services.submit_rule_run(rule=rule, actor=caller(request).username))


class EvaluateAsset(DoorApi):
    door = "quality.add_result"

    @extend_schema(request=None, responses={202: JobStarted}, operation_id="assets_evaluate")
    def post(self, request: Request, code: UUID) -> Response:
        """Have all enabled rules of one asset measured in one statement."""
        asset = self.fetch(Asset, code)
        return started(request, services.submit_asset_run(asset=asset, actor=caller(request).username))
