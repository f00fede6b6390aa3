from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accesscontrol.fields import NamedField
from accesscontrol.identity.models import Clearance, Team
from catalog.assets.models import Asset, Field
from catalog.domains.models import Domain
from catalog.domains.people import PEOPLE

LEVELS = {label.lower(): value for value, label in Clearance.choices}


@extend_schema_field({"type": "string", "enum": list(LEVELS), "nullable": True})
class LevelField(serializers.ChoiceField):
    """A level of sensitivity by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(LEVELS), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return LEVELS[super().to_internal_value(data)]

    def to_representation(self, value: Any) -> Any:
        return None if value is None else Clearance(value).label.lower()


class FieldOut(serializers.ModelSerializer[Field]):
    validation_rules = serializers.ListField(child=serializers.DictField())

    class Meta:
        model = Field
        fields = [
            "code",
            "name",
            "data_type",
            "position",
            "nullable",
            "required",
            "default",
            "description",
            "harvested_description",
            "is_key",
            "sensitive",
            "gdpr_sensitivity",
            "identity",
            "validation_rules",
            "tags",
            "version",
            "removed_at",
        ]


class KnownOut(serializers.ModelSerializer[Asset]):
    """What somebody may know of an asset that they may only ask for."""

    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)

    class Meta:
        model = Asset
        fields = ["code", "name", "owner"]


class AssetOut(serializers.ModelSerializer[Asset]):
    """An asset as lists show it."""

    title = serializers.CharField()
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    business_owner = serializers.CharField(source="business_owner.username", default=None, allow_null=True)
    steward = serializers.CharField(source="steward.username", default=None, allow_null=True)
    acting_steward = serializers.CharField(
        source="acting_steward.username",
        default=None,
        allow_null=True,
        help_text="The steward; where nobody is named, the domain's.",
    )
    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    properties = serializers.DictField()
    domain = serializers.CharField(source="domain.slug", default=None, allow_null=True)
    source: Any = serializers.UUIDField(source="source.code", default=None, allow_null=True)
    sensitivity = LevelField(allow_null=True)

    class Meta:
        model = Asset
        fields = [
            "code",
            "kind",
            "namespace",
            "name",
            "title",
            "description",
            "harvested_description",
            "status",
            "retires_on",
            "owner",
            "business_owner",
            "steward",
            "acting_steward",
            "team",
            "tier",
            "certification",
            "certified_until",
            "properties",
            "tags",
            "all_tags",
            "domain",
            "source",
            "location",
            "sensitivity",
            "has_personal_data",
            "gdpr_category",
            "row_estimate",
            "size_bytes",
            "version",
            "created_at",
            "updated_at",
            "seen_at",
            "removed_at",
        ]


class KeyOut(serializers.Serializer[Any]):
    """A foreign key; `target` is null where the caller may not see it."""

    columns = serializers.ListField(child=serializers.CharField())
    target = serializers.UUIDField(allow_null=True)
    target_name = serializers.CharField(allow_null=True)
    target_columns = serializers.ListField(child=serializers.CharField())


class AssetDetail(AssetOut):
    """An asset with its fields, its foreign keys and what its source says of it."""

    replacement = serializers.UUIDField(
        allow_null=True, help_text="The code of what to use instead, where the caller may see it."
    )
    facts = serializers.DictField()
    withheld = serializers.ListField(
        child=serializers.CharField(), help_text="Facts that are left out: they name what is hidden."
    )
    foreign_keys = KeyOut(many=True)

    class Meta(AssetOut.Meta):
        fields = [*AssetOut.Meta.fields, "replacement", "facts", "withheld", "foreign_keys"]

    def get_fields(self) -> dict[str, Any]:
        """`fields` cannot be declared: it is a word of the framework."""
        return {**super().get_fields(), "fields": FieldOut(many=True)}


class FieldIn(serializers.ModelSerializer[Field]):
    """A field of an asset that is registered by hand."""

    validation_rules = serializers.ListField(child=serializers.DictField(), required=False)

    class Meta:
        model = Field
        fields = [
            "name",
            "data_type",
            "nullable",
            "required",
            "default",
            "description",
            "is_key",
            "sensitive",
            "gdpr_sensitivity",
            "identity",
            "validation_rules",
        ]


class FieldChange(serializers.ModelSerializer[Field]):
    """What may be changed about a field; `version` is the one that the caller looked at."""

    validation_rules = serializers.ListField(child=serializers.DictField(), required=False)
    version = serializers.IntegerField(required=False)

    class Meta:
        model = Field
        fields = [
            "description",
            "required",
            "sensitive",
            "gdpr_sensitivity",
            "identity",
            "validation_rules",
            "version",
        ]


def person() -> NamedField:
    """Somebody with an open account, by user name."""
    return NamedField(slug_field="username", queryset=PEOPLE, required=False, allow_null=True)


class AssetField(serializers.SlugRelatedField[Asset]):
    """An asset that the caller may see, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code", queryset=Asset.objects.none(), **kwargs)

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        return Asset.objects.visible_to(request.user) if request else Asset.objects.none()


class Decided(serializers.ModelSerializer[Asset]):
    """What people decide about an asset."""

    owner: Any = person()
    business_owner: Any = person()
    steward: Any = person()
    team: Any = NamedField(slug_field="name", queryset=Team.objects.all(), required=False, allow_null=True)
    replacement: Any = AssetField(required=False, allow_null=True)
    properties = serializers.DictField(required=False)
    domain: Any = NamedField(
        slug_field="slug", queryset=Domain.objects.all(), required=False, allow_null=True
    )
    sensitivity = LevelField(required=False, allow_null=True)


DECIDED = [
    "description",
    "status",
    "replacement",
    "retires_on",
    "owner",
    "business_owner",
    "steward",
    "team",
    "tier",
    "properties",
    "domain",
    "location",
    "sensitivity",
    "has_personal_data",
    "gdpr_category",
]


class AssetChange(Decided):
    """What may be changed about an asset; `version` is the one that the caller looked at."""

    version = serializers.IntegerField(required=False)

    class Meta:
        model = Asset
        fields = [*DECIDED, "version"]


class AssetIn(Decided):
    """An asset to be registered by hand."""

    class Meta:
        model = Asset
        fields = ["kind", "namespace", "name", *DECIDED]
        validators: list[Any] = []  # the service refuses a name that is taken

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "fields": FieldIn(many=True, required=False)}
