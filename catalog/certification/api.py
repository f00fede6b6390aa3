from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, caller
from catalog.assets.models import Asset
from catalog.certification import reads
from catalog.certification.models import Certificate
from catalog.certification.services import certify_asset, withdraw_certificate


class CertificateOut(serializers.ModelSerializer[Certificate]):
    by = serializers.CharField(source="by.username", default=None, allow_null=True)
    ended_by = serializers.CharField(source="ended_by.username", default=None, allow_null=True)

    class Meta:
        model = Certificate
        fields = ["code", "level", "reason", "by", "granted_at", "until", "ended_at", "ended_by", "end"]
        fields += ["end_reason"]


class CertificateIn(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=Asset.Certification.choices)
    reason = serializers.CharField()
    until = serializers.DateField(required=False, allow_null=True, help_text="Its last day.")
    version = serializers.IntegerField(required=False, help_text="The one that the caller looked at.")


class WithdrawalIn(serializers.Serializer[Any]):
    reason = serializers.CharField()
    version = serializers.IntegerField(required=False, help_text="The one that the caller looked at.")


class Certificates(DoorApi):
    """The certificates of one asset, the latest first."""

    door = {
        "GET": "catalog.view_asset",
        "POST": "catalog.certify_asset",
        "DELETE": "catalog.certify_asset",
    }

    @extend_schema(operation_id="assets_certificates_list", responses=CertificateOut(many=True))
    def get(self, request: Request, code: str) -> Response:
        rows = reads.history(caller(request), self.fetch(Asset, code))
        return Response(CertificateOut(rows, many=True).data)

    @extend_schema(request=CertificateIn, responses={201: CertificateOut})
    def post(self, request: Request, code: str) -> Response:
        """Certify the asset, or renew its certificate; with a `version` that is not the present one, 409."""
        asset = self.fetch(Asset, code, "change")
        given = CertificateIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = certify_asset(asset=asset, actor=caller(request).username, **given.validated_data)
        return Response(CertificateOut(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=WithdrawalIn, responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Withdraw the certificate that the asset bears."""
        asset = self.fetch(Asset, code, "change")
        given = WithdrawalIn(data=request.data)
        given.is_valid(raise_exception=True)
        withdraw_certificate(asset=asset, actor=caller(request).username, **given.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)
