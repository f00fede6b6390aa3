from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import SIGNED_IN, DoorViewSet, caller
from stewardship.recertification import services
from stewardship.recertification.models import Campaign, Item


class CampaignOut(serializers.ModelSerializer[Campaign]):
    started_by = serializers.CharField(source="started_by.username")
    total = serializers.IntegerField()
    done = serializers.IntegerField()

    class Meta:
        model = Campaign
        fields: ClassVar[list[str]] = [
            "code",
            "name",
            "domain",
            "due_at",
            "started_by",
            "started_at",
            "closed_at",
            "total",
            "done",
        ]


class CampaignIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    domain = serializers.SlugField(max_length=60, required=False, default="", allow_blank=True)
    due_at = serializers.DateTimeField()


class Campaigns(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Campaigns in which grants are confirmed or revoked."""

    queryset = Campaign.objects.all()
    serializer_class = CampaignOut
    door = {"list": SIGNED_IN, "retrieve": SIGNED_IN, "create": "stewardship.add_campaign"}

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        return rows.for_list()  # type: ignore[no-any-return]

    def get_object(self) -> Any:
        return self.get_queryset().get(pk=super().get_object().pk)

    @extend_schema(request=CampaignIn, responses={201: CampaignOut})
    def create(self, request: Request) -> Response:
        data = CampaignIn(data=request.data)
        data.is_valid(raise_exception=True)
        row = services.start_campaign(actor=caller(request), **data.validated_data)
        found = Campaign.objects.visible_to(caller(request)).for_list().get(pk=row.pk)
        return Response(CampaignOut(found).data, status=status.HTTP_201_CREATED)


class ItemOut(serializers.ModelSerializer[Item]):
    campaign = serializers.UUIDField(source="campaign.code")
    grant = serializers.UUIDField(source="grant.code")
    holder = serializers.CharField(source="grant.holder")

    class Meta:
        model = Item
        fields: ClassVar[list[str]] = [
            "code",
            "campaign",
            "grant",
            "holder",
            "decision",
            "decided_at",
            "reason",
        ]


class KeepIn(serializers.Serializer[Any]):
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class DropIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class Items(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """The grants of campaigns: yours to decide, or all of them for who sees every campaign."""

    queryset = Item.objects.all()
    serializer_class = ItemOut
    filterset_fields = ("decision",)
    door = SIGNED_IN
    writing_actions = frozenset({"keep", "drop"})

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        return rows.for_list()  # type: ignore[no-any-return]

    @extend_schema(request=KeepIn, responses=ItemOut)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, **kwargs: Any) -> Response:
        row, data = self.get_object(), KeepIn(data=request.data)
        data.is_valid(raise_exception=True)
        return Response(
            ItemOut(services.keep_grant(item=row, actor=caller(request), **data.validated_data)).data
        )

    @extend_schema(request=DropIn, responses=ItemOut)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, **kwargs: Any) -> Response:
        row, data = self.get_object(), DropIn(data=request.data)
        data.is_valid(raise_exception=True)
        return Response(
            ItemOut(services.drop_grant(item=row, actor=caller(request), **data.validated_data)).data
        )
