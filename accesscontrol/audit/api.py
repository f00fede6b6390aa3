import json
from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin

from accesscontrol.audit.models import Entry
from accesscontrol.web import DoorViewSet


class EntryOut(serializers.ModelSerializer[Entry]):
    record = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = ["id", "at", "actor", "action", "object_type", "object_id", "outcome", "record"]

    @extend_schema_field({"type": "object"})
    def get_record(self, entry: Entry) -> Any:
        return json.loads(entry.body)


class EntryFilters(filters.FilterSet):
    actor = filters.CharFilter()
    action = filters.CharFilter()
    object_type = filters.CharFilter()
    object_id = filters.CharFilter()
    outcome = filters.CharFilter()
    since = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    until = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")

    class Meta:
        model = Entry
        fields: ClassVar[list[str]] = []


class Entries(ListModelMixin, DoorViewSet):
    """The audit log, newest first."""

    door = "accesscontrol.view_entry"
    queryset = Entry.objects.all()
    serializer_class = EntryOut
    filterset_class = EntryFilters
