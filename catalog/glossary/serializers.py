from typing import Any

from rest_framework import serializers

from accesscontrol.fields import NamedField
from catalog.domains.models import Domain
from catalog.domains.people import PEOPLE
from catalog.glossary.kinds import KINDS
from catalog.glossary.models import Term
from catalog.glossary.reads import Linked

SAID = (
    "slug",
    "name",
    "definition",
    "synonyms",
    "abbreviation",
    "parent",
    "domain",
    "owner",
    "reviewers",
)  # what people say of a term


class TermOut(serializers.ModelSerializer[Term]):
    """A term; others are named by slug, people by user name."""

    parent: Any = serializers.CharField(source="parent.slug", allow_null=True)
    domain = serializers.CharField(source="domain.slug", allow_null=True)
    owner = serializers.CharField(source="owner.username", allow_null=True)
    reviewers: Any = serializers.SlugRelatedField("username", many=True, read_only=True)

    class Meta:
        model = Term
        fields = ["code", *SAID, "status", "rejection", "version", "created_at", "updated_at"]


class RelationOut(serializers.Serializer[Any]):
    """As it reads from this term's side; `says` is for people."""

    kind = serializers.ChoiceField(choices=list(KINDS))
    says = serializers.CharField()
    other = serializers.CharField()


class TermDetail(TermOut):
    path = serializers.ListField(child=serializers.CharField())
    relations = RelationOut(many=True)

    class Meta(TermOut.Meta):
        fields = [*TermOut.Meta.fields, "path", "relations"]


class TermIn(serializers.ModelSerializer[Term]):
    """With `version`, which was looked at, nothing is changed when somebody was faster."""

    slug: Any = serializers.SlugField(max_length=100)
    parent: Any = NamedField(slug_field="slug", queryset=Term.objects.all(), required=False, allow_null=True)
    domain: Any = NamedField(
        slug_field="slug", queryset=Domain.objects.all(), required=False, allow_null=True
    )
    owner: Any = NamedField(slug_field="username", queryset=PEOPLE, required=False, allow_null=True)
    reviewers: Any = NamedField(slug_field="username", queryset=PEOPLE, many=True, required=False)
    synonyms: Any = serializers.ListField(child=serializers.CharField(max_length=200), required=False)
    version: Any = serializers.IntegerField(required=False)

    class Meta:
        model = Term
        fields = [*SAID, "version"]


class RelationIn(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=list(KINDS))
    other: Any = NamedField(slug_field="slug", queryset=Term.objects.all())


class LinkedAsset(serializers.Serializer[Any]):
    """An asset of a term that the caller may see, and the columns that are meant."""

    code = serializers.UUIDField(source="asset.code")
    name = serializers.CharField(source="asset.name")
    kind = serializers.CharField(source="asset.kind")
    whole = serializers.BooleanField()
    columns = serializers.SerializerMethodField()

    def get_columns(self, linked: Linked) -> list[str]:
        return [column.name for column in linked.columns]


class TermAct(serializers.Serializer[Any]):
    """Something that was done to a term."""

    at = serializers.DateTimeField()
    actor = serializers.CharField()
    action = serializers.CharField()
    changes = serializers.ListField()
    said = serializers.CharField()
