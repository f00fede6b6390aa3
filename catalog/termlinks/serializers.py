from typing import Any

from rest_framework import serializers

from accesscontrol.fields import NamedField
from catalog.glossary.models import Term


class AssetTerm(serializers.Serializer[Any]):
    """A term that an asset is about; `column` where only one of its columns is."""

    term = serializers.CharField(source="term.slug")
    name = serializers.CharField(source="term.name")
    status = serializers.CharField(source="term.status")
    column = serializers.CharField(source="field.name", default=None, allow_null=True)


class AssetTermIn(serializers.Serializer[Any]):
    term: Any = NamedField(slug_field="slug", queryset=Term.objects.all())
    column = serializers.CharField(required=False, allow_null=True, default=None)
