from typing import Any

from rest_framework import serializers

from accesscontrol.fields import NamedField
from catalog.tags.models import Classification, Tag, TagUse


class ClassificationApi(serializers.ModelSerializer[Classification]):
    class Meta:
        model = Classification
        fields = ["code", "name", "description", "exclusive", "version"]
        read_only_fields = ["version"]
        validators: list[Any] = []  # the service checks


class TagApi(serializers.ModelSerializer[Tag]):
    """A tag; its classification by name, its parent by path."""

    classification: Any = NamedField(slug_field="name", queryset=Classification.objects.all())
    parent: Any = NamedField(slug_field="path", queryset=Tag.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Tag
        fields = [
            "code",
            "path",
            "classification",
            "parent",
            "name",
            "description",
            "deprecated",
            "version",
        ]
        read_only_fields = ["path", "version"]
        validators: list[Any] = []  # the service checks


class TagUseOut(serializers.ModelSerializer[TagUse]):
    """Where a tag is; `field` is null for the asset itself."""

    tag = serializers.CharField(source="tag.path")
    asset = serializers.UUIDField(source="asset.code")
    asset_name = serializers.CharField(source="asset.name")
    field = serializers.CharField(source="field.name", allow_null=True, default=None)

    class Meta:
        model = TagUse
        fields = ["tag", "asset", "asset_name", "field", "at"]


class TagsIn(serializers.Serializer[Any]):
    tags = serializers.ListField(child=serializers.CharField(), help_text="Paths, all that it bears.")
    version = serializers.IntegerField(required=False, help_text="The one that the caller looked at.")


class TagsOut(serializers.Serializer[Any]):
    tags = serializers.ListField(child=serializers.CharField())
    version = serializers.IntegerField()
