from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.fields import NamedField
from accesscontrol.grants import reads, services
from accesscontrol.grants.forms import ACTIONS, people, roles, there
from accesscontrol.grants.models import Grant
from accesscontrol.web import SIGNED_IN, DoorViewSet, caller


class GrantOut(serializers.ModelSerializer[Grant]):
    asset = serializers.UUIDField(source="object_code")
    title = serializers.CharField(read_only=True, help_text="As far as the caller may know it.")
    action = serializers.CharField()
    state = serializers.CharField()
    user = serializers.CharField(source="user.username", default=None)
    role = serializers.CharField(source="group.name", default=None)
    granted_by = serializers.CharField(source="granted_by.username")

    class Meta:
        model = Grant
        fields: ClassVar[list[str]] = [
            "code",
            "asset",
            "title",
            "action",
            "user",
            "role",
            "state",
            "reason",
            "starts_at",
            "ends_at",
            "granted_by",
            "granted_at",
            "request",
            "revoked_at",
            "revoke_reason",
        ]


class GrantIn(serializers.Serializer[Any]):
    asset = serializers.UUIDField()
    action = serializers.ChoiceField(choices=ACTIONS)
    user = NamedField(slug_field="username", queryset=people(), required=False)
    role = NamedField(slug_field="name", queryset=roles(), required=False, source="group")
    reason = serializers.CharField(max_length=2000)
    starts_at = serializers.DateTimeField(required=False)
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)

    def validate_asset(self, code: Any) -> Any:
        return there(reads.find_known(code, reader=caller(self.context["request"])))


class GrantReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class GrantFilters(filters.FilterSet):
    state = filters.ChoiceFilter(
        choices=[(word, word) for word in ("live", "planned", "ended", "revoked")], method="in_state"
    )
    user = filters.CharFilter(field_name="user__username")
    asset = filters.UUIDFilter(field_name="object_code")

    class Meta:
        model = Grant
        fields: ClassVar[list[str]] = []

    def in_state(self, rows: Any, name: str, value: str) -> QuerySet[Grant]:
        return rows.in_state(value)  # type: ignore[no-any-return]


class Grants(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Access to single objects by exception: for a reason, from then until then."""

    queryset = Grant.objects.all()
    serializer_class = GrantOut
    filterset_class = GrantFilters
    door = {
        "list": SIGNED_IN,
        "retrieve": SIGNED_IN,
        "create": "accesscontrol.add_grant",
        "revoke": SIGNED_IN,
    }
    writing_actions = frozenset({"revoke"})

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        return rows.for_list()  # type: ignore[no-any-return]

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        return reads.with_names(rows or [], caller(self.request))

    def get_object(self) -> Any:
        return reads.with_names([super().get_object()], caller(self.request))[0]

    @extend_schema(request=GrantIn, responses={201: GrantOut})
    def create(self, request: Request) -> Response:
        data = GrantIn(data=request.data, context={"request": request})
        data.is_valid(raise_exception=True)
        said = dict(data.validated_data)
        row = services.grant_access(obj=said.pop("asset"), actor=caller(request), **said)
        return self._answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=GrantReasonIn, responses=GrantOut)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, **kwargs: Any) -> Response:
        data = GrantReasonIn(data=request.data)
        data.is_valid(raise_exception=True)
        reason = data.validated_data["reason"]
        row = services.revoke_grant(grant=self.get_object(), actor=caller(request), reason=reason)
        return self._answer(row, status.HTTP_200_OK)

    def _answer(self, row: Grant, code: int) -> Response:
        [named] = reads.with_names([row], caller(self.request))
        return Response(GrantOut(named).data, status=code)
