from typing import Any

from rest_framework import serializers

from accesscontrol.fields import NamedField
from catalog.glossary.models import Term


class TermDecisionIn(serializers.Serializer[Any]):
    """With `version`, which was looked at, nothing is decided when somebody changed it meanwhile."""

    reason = serializers.CharField(required=False, allow_blank=True, default="")
    version = serializers.IntegerField(required=False)


class DeprecationIn(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, default="")
    replacement: Any = NamedField(
        slug_field="slug", queryset=Term.objects.all(), required=False, allow_null=True
    )
