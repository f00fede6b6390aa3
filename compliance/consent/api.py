from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller, fetch
from catalog.assets.models import Asset
from compliance.consent import services
from compliance.consent.models import ConsentRecord


class ConsentOut(serializers.ModelSerializer[ConsentRecord]):
    asset = serializers.UUIDField(
        source="asset.code", default=None, help_text="Null also where the caller may not see it."
    )

    class Meta:
        model = ConsentRecord
        fields = [
            "code",
            "subject",
            "purpose",
            "kind",
            "asset",
            "granted",
            "version",
            "state",
            "given_at",
            "revoked_at",
            "address",
            "user_agent",
            "recorded_at",
        ]


class ConsentIn(serializers.Serializer[Any]):
    subject = serializers.CharField(max_length=254)
    purpose = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=ConsentRecord.Kind.choices)
    granted = serializers.BooleanField()
    version = serializers.CharField(max_length=40)
    asset = serializers.UUIDField(required=False, allow_null=True, default=None)
    given_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    address = serializers.IPAddressField(required=False, allow_null=True, default=None)
    user_agent = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class Consents(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """What people agreed to."""

    door = {
        "list": "compliance.view_consentrecord",
        "retrieve": "compliance.view_consentrecord",
        "create": "compliance.add_consentrecord",
        "revoke": "compliance.change_consentrecord",
    }
    queryset = ConsentRecord.objects.all()
    serializer_class = ConsentOut
    filterset_fields = ["subject", "purpose", "kind", "granted"]

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related(self._seen_assets())

    def get_object(self) -> Any:
        consent = super().get_object()
        prefetch_related_objects([consent], self._seen_assets())
        return consent

    def _seen_assets(self) -> "Prefetch[Any]":
        """An asset that a policy hides from the caller is none."""
        return Prefetch("asset", Asset.objects.visible_to(caller(self.request)))

    @extend_schema(request=ConsentIn, responses={201: ConsentOut})
    def create(self, request: Request) -> Response:
        data = ConsentIn(data=request.data)
        data.is_valid(raise_exception=True)
        wanted = dict(data.validated_data)
        code = wanted.pop("asset")
        asset = fetch(request, Asset, code) if code else None
        consent = services.record_consent(**wanted, asset=asset, actor=caller(request).username)
        return Response(ConsentOut(consent).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ConsentOut)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, code: str) -> Response:
        services.revoke_consent(consent=self.get_object(), actor=caller(request).username)
        return Response(ConsentOut(self.get_object()).data)
