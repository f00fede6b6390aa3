from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.policy.models import Policy
from accesscontrol.policy.registry import Entry, registry
from accesscontrol.web import DoorApi, DoorViewSet


class PolicyOut(serializers.ModelSerializer[Policy]):
    """The stored form, and since when it decides."""

    class Meta:
        model = Policy
        fields: ClassVar[list[str]] = [
            "code",
            "created",
            "is_active",
            "updated",
            "version",
            "name",
            "description",
            "effect",
            "actions",
            "resource_types",
            "conditions",
            "on_missing",
            "obligations",
            "valid_from",
            "valid_until",
            "overridable_by_break_glass",
        ]


class PolicyApi(mixins.ListModelMixin, mixins.RetrieveModelMixin, DoorViewSet):
    """The policies in force, and those that once were; a policy set changes them."""

    queryset = Policy.objects.all()
    serializer_class = PolicyOut
    filterset_fields = ("effect", "is_active")
    door = {"list": "accesscontrol.view_policy", "retrieve": "accesscontrol.view_policy"}


class AttributeOut(serializers.Serializer[Entry]):
    """An attribute: by which operators it may be compared, and where its value comes from."""

    group = serializers.CharField(help_text="user, env, or a type of resource")
    attribute = serializers.CharField(help_text="as a policy names it")
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.CharField()
    operators = serializers.ListField(child=serializers.CharField())
    levels = serializers.ListField(child=serializers.CharField(), help_text="names of 0, 1, 2 …")
    words = serializers.ListField(child=serializers.CharField(), help_text="other words for levels")
    aliases = serializers.ListField(child=serializers.CharField())
    source = serializers.CharField()  # type: ignore[assignment]
    sensitive = serializers.BooleanField()


class AttributeApi(DoorApi):
    """Everything that a policy may speak of."""

    door = "accesscontrol.view_policy"

    @extend_schema(responses=AttributeOut(many=True), operation_id="policy_attributes_list")
    def get(self, request: Request) -> Response:
        entries: Any = [entry for group in registry() for entry in group.entries]
        return Response(AttributeOut(entries, many=True).data)
