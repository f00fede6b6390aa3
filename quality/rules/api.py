from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from catalog.assets.models import Asset
from quality.rules import services
from quality.rules.checks.registry import CHECKS
from quality.rules.models import Rule


class RuleOut(serializers.ModelSerializer[Rule]):
    asset = serializers.UUIDField(source="asset.code")
    asset_name = serializers.CharField(source="asset.name")
    field = serializers.CharField(source="field.name", default=None)

    class Meta:
        model = Rule
        fields = [
            "code",
            "asset",
            "asset_name",
            "field",
            "name",
            "kind",
            "parameters",
            "sentence",
            "dimension",
            "threshold",
            "severity",
            "description",
            "enabled",
            "created_by",
            "created_at",
            "state",
            "value",
            "measured_at",
        ]


class RuleChange(serializers.Serializer[Any]):
    """What may be changed about a rule; what is left out stays."""

    name = serializers.CharField(max_length=200, required=False)
    field = serializers.CharField(required=False, allow_null=True, help_text="The column's name.")
    parameters = serializers.DictField(required=False, help_text="As the kind of check asks for them.")
    threshold = serializers.FloatField(required=False, help_text="A share between 0 and 1.")
    severity = serializers.ChoiceField(choices=Rule.Severity.choices, required=False)
    description = serializers.CharField(required=False, allow_blank=True)
    enabled = serializers.BooleanField(required=False)


class RuleIn(RuleChange):
    """A new rule. `asset` is the code of one that the caller may see."""

    asset = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=sorted(CHECKS))
    name = serializers.CharField(max_length=200)


class RuleFilter(filters.FilterSet):
    asset = filters.UUIDFilter("asset__code")

    class Meta:
        model = Rule
        fields = ["kind", "dimension", "severity", "state", "enabled"]


class Rules(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, DoorViewSet):
    """What must be true of assets' data, and whether it was at the last run."""

    door = {
        "list": "quality.view_rule",
        "retrieve": "quality.view_rule",
        "create": "quality.add_rule",
        "partial_update": "quality.change_rule",
        "destroy": "quality.delete_rule",
    }
    queryset = Rule.objects.all()
    serializer_class = RuleOut
    filterset_class = RuleFilter

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.for_list()

    @extend_schema(request=RuleIn, responses={201: RuleOut})
    def create(self, request: Request) -> Response:
        data = RuleIn(data=request.data)
        data.is_valid(raise_exception=True)
        given = dict(data.validated_data)
        given["asset"] = self._asset(given["asset"])
        enabled = given.pop("enabled", True)
        rule = services.define_rule(actor=caller(request).username, **_with_field(given["asset"], given))
        if not enabled:
            rule = services.set_rule_enabled(rule=rule, enabled=False, actor=caller(request).username)
        return Response(RuleOut(rule).data, status=status.HTTP_201_CREATED)

    def _asset(self, code: Any) -> Asset:
        asset = Asset.objects.visible_to(caller(self.request)).filter(code=code).first()
        if asset is None:
            raise serializers.ValidationError({"asset": "There is no such asset here."})
        return asset

    @extend_schema(request=RuleChange, responses=RuleOut)
    def partial_update(self, request: Request, code: str) -> Response:
        rule, actor = self.get_object(), caller(request).username
        data = RuleChange(data=request.data)
        data.is_valid(raise_exception=True)
        changes = _with_field(rule.asset, dict(data.validated_data))
        enabled = changes.pop("enabled", None)
        rule = services.change_rule(rule=rule, actor=actor, changes=changes)
        if enabled is not None:
            rule = services.set_rule_enabled(rule=rule, enabled=enabled, actor=actor)
        return Response(RuleOut(rule).data)

    def perform_destroy(self, instance: Rule) -> None:
        services.delete_rule(rule=instance, actor=caller(self.request).username)


def _with_field(asset: Asset, given: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the column's name turned into the asset's field."""
    name = given.get("field")
    if name is None:
        return given
    field = asset.fields.filter(name=name, removed_at__isnull=True).first()
    if field is None:
        raise serializers.ValidationError({"field": f"{asset.title} has no column “{name}”."})
    return {**given, "field": field}
