from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.identity.models import User
from accesscontrol.web import SIGNED_IN, DoorViewSet, caller
from stewardship.accessrequests import reads, services
from stewardship.accessrequests.choices import ACTIONS, CHOICES
from stewardship.accessrequests.models import AccessRequest


class AccessRequestOut(serializers.ModelSerializer[AccessRequest]):
    asset = serializers.CharField(source="asked_as", help_text="As its requester named it.")
    title = serializers.CharField(help_text="As far as the caller may know it.")
    requester = serializers.CharField(source="requester.username")
    status = serializers.ChoiceField(choices=AccessRequest.Status.choices, source="state")
    decided_by = serializers.CharField(source="decided_by.username", default=None)
    on_behalf_of = serializers.CharField(source="on_behalf_of.username", default=None)
    approved_until = serializers.DateTimeField(source="grant.ends_at", default=None)
    grant = serializers.UUIDField(source="grant.code", default=None)

    class Meta:
        model = AccessRequest
        fields: ClassVar[list[str]] = [
            "code",
            "asset",
            "title",
            "requester",
            "action",
            "days",
            "reason",
            "status",
            "created_at",
            "expires_at",
            "decided_by",
            "on_behalf_of",
            "decided_at",
            "decision_reason",
            "grant",
            "approved_until",
        ]


class AccessRequestIn(serializers.Serializer[Any]):
    asset = serializers.RegexField(
        r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|hidden-[0-9a-f]{32})\Z",
        help_text="Its code, or the id of a hidden node of a picture.",
    )
    action = serializers.ChoiceField(choices=ACTIONS)
    days = serializers.ChoiceField(choices=list(CHOICES.days.items()))
    reason = serializers.CharField(max_length=2000)


class ApproveIn(serializers.Serializer[Any]):
    days = serializers.IntegerField(min_value=1, max_value=max(CHOICES.days), required=False)
    reason = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class DenyIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class AccessRequestFilters(filters.FilterSet):
    status = filters.ChoiceFilter(choices=AccessRequest.Status.choices)
    mine = filters.BooleanFilter(method="asked_by_me")
    decidable = filters.BooleanFilter(method="for_me")

    class Meta:
        model = AccessRequest
        fields: ClassVar[list[str]] = []

    def asked_by_me(self, rows: Any, name: str, value: bool) -> Any:
        me = self._reader()
        return rows.filter(requester=me) if value else rows.exclude(requester=me)

    def for_me(self, rows: Any, name: str, value: bool) -> Any:
        return rows.decidable_by(self._reader()).pending() if value else rows

    def _reader(self) -> User:
        return cast(User, getattr(self.request, "user", None))


class AccessRequests(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Questions for access. The answer to a question is 202, whether or not there is such a thing."""

    queryset = AccessRequest.objects.all()
    serializer_class = AccessRequestOut
    filterset_class = AccessRequestFilters
    door = SIGNED_IN
    writing_actions = frozenset({"approve", "deny"})

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        return rows.for_list()  # type: ignore[no-any-return]

    def paginate_queryset(self, queryset: Any) -> Any:
        return reads.with_names(super().paginate_queryset(queryset) or [], caller(self.request))

    def get_object(self) -> Any:
        return reads.with_names([super().get_object()], caller(self.request))[0]

    @extend_schema(request=AccessRequestIn, responses={202: AccessRequestOut})
    def create(self, request: Request) -> Response:
        data = AccessRequestIn(data=request.data)
        data.is_valid(raise_exception=True)
        said = dict(data.validated_data)
        days = int(said.pop("days"))
        row = services.request_access(actor=caller(request), asked_as=said.pop("asset"), days=days, **said)
        return self._answer(row, status.HTTP_202_ACCEPTED)

    @extend_schema(request=ApproveIn, responses=AccessRequestOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, **kwargs: Any) -> Response:
        row, data = self.get_object(), ApproveIn(data=request.data)
        data.is_valid(raise_exception=True)
        said = {"days": row.days, **data.validated_data}
        return self._answer(services.approve_request(request=row, actor=caller(request), **said))

    @extend_schema(request=DenyIn, responses=AccessRequestOut)
    @action(detail=True, methods=["post"])
    def deny(self, request: Request, **kwargs: Any) -> Response:
        row, data = self.get_object(), DenyIn(data=request.data)
        data.is_valid(raise_exception=True)
        return self._answer(services.deny_request(request=row, actor=caller(request), **data.validated_data))

    @extend_schema(request=None, responses=AccessRequestOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        return self._answer(services.cancel_request(request=self.get_object(), actor=caller(request)))

    def _answer(self, row: AccessRequest, code: int = status.HTTP_200_OK) -> Response:
        [named] = reads.with_names([row], caller(self.request))
        return Response(AccessRequestOut(named).data, status=code)
