from typing import Any

from rest_framework import serializers

from accesscontrol.fields import NamedField
from catalog.domains.models import Domain
from catalog.domains.people import PEOPLE
from catalog.products.models import Product, ProductPort


class ProductOut(serializers.ModelSerializer[Product]):
    """A data product; `release` is the version that its users know, `version` counts its changes."""

    domain = serializers.CharField(source="domain.slug", default=None, allow_null=True)
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)

    class Meta:
        model = Product
        fields = [
            "code",
            "slug",
            "name",
            "description",
            "terms_of_use",
            "domain",
            "owner",
            "status",
            "release",
            "version",
            "created_at",
            "updated_at",
        ]


class PortAsset(serializers.Serializer[Any]):
    code = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()


class ProductDetail(ProductOut):
    """With those of its ports that the caller may see."""

    inputs = PortAsset(many=True)
    outputs = PortAsset(many=True)

    class Meta(ProductOut.Meta):
        fields = [*ProductOut.Meta.fields, "inputs", "outputs"]


class ProductIn(serializers.ModelSerializer[Product]):
    """With `version`, which was looked at, nothing is changed when somebody was faster."""

    domain: Any = NamedField(
        slug_field="slug", queryset=Domain.objects.all(), required=False, allow_null=True
    )
    owner: Any = NamedField(slug_field="username", queryset=PEOPLE, required=False, allow_null=True)
    version: Any = serializers.IntegerField(required=False)

    class Meta:
        model = Product
        fields = [
            "slug",
            "name",
            "description",
            "terms_of_use",
            "domain",
            "owner",
            "status",
            "release",
            "version",
        ]


class PortIn(serializers.Serializer[Any]):
    direction = serializers.ChoiceField(choices=ProductPort.Direction.choices)
    asset = serializers.UUIDField()
