from typing import Any

from rest_framework import serializers

from accesscontrol.fields import NamedField
from catalog.domains.models import Domain
from catalog.domains.people import PEOPLE


class DomainApi(serializers.ModelSerializer[Domain]):
    """A domain; people are named by user name, and the domain that it stands in by its slug.

    `answering` is its steward, or where it has none that of the nearest domain above it.
    """

    steward: Any = NamedField(slug_field="username", queryset=PEOPLE, required=False, allow_null=True)
    parent: Any = NamedField(
        slug_field="slug", queryset=Domain.objects.all(), required=False, allow_null=True
    )
    answering: Any = serializers.CharField(source="answering.username", read_only=True, allow_null=True)

    class Meta:
        model = Domain
        fields = ["code", "slug", "name", "description", "steward", "parent", "answering", "version"]
        read_only_fields = ["version"]
