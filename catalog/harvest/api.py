from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller, fetch
from catalog.harvest import reads
from catalog.harvest.models import Harvest, HarvestQuerySet
from catalog.history.api import VersionOut
from catalog.history.api import told as shape
from catalog.history.reads import Entry, entries
from catalog.sources.models import Source


class ScopeOut(serializers.Serializer[Any]):
    """What was read of one database."""

    database = serializers.CharField()
    state = serializers.CharField()
    listed = serializers.IntegerField()
    missing = serializers.IntegerField()
    removed = serializers.IntegerField(default=0)
    message = serializers.CharField()


class HarvestOut(serializers.ModelSerializer[Harvest]):
    """The counts are of everything, also of what the caller may not see.

    `state` is that of the job where a harvest that did not come to its end has none of its own.
    """

    source: Any = serializers.UUIDField(source="source.code")
    job = serializers.UUIDField(source="job.code", allow_null=True, default=None)
    state = serializers.CharField(source="shown_state")
    message = serializers.CharField(source="told")
    databases = ScopeOut(many=True)

    class Meta:
        model = Harvest
        fields = [
            "code",
            "source",
            "job",
            "state",
            "reason",
            "actor",
            "message",
            "created",
            "changed",
            "returned",
            "missing",
            "removed",
            "databases",
            "began_at",
            "ended_at",
        ]


class HarvestVersionOut(VersionOut):
    """What a harvest noticed of one asset."""

    name = serializers.CharField()


def told(entry: Entry) -> dict[str, Any]:
    """The shape of HarvestVersionOut."""
    asset = entry.version.asset
    return {**shape(entry, asset.code, harvests=True), "name": asset.name}


class HarvestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=Harvest.State.choices, method="in_state")
    reason = django_filters.ChoiceFilter(choices=Harvest.Reason.choices)

    def in_state(self, rows: HarvestQuerySet, name: str, state: str) -> HarvestQuerySet:
        """What broke off counts as failed."""
        return rows.in_state(state)


class Harvests(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """How sources were read, the latest first."""

    door = "catalog.view_source"
    queryset = Harvest.objects.for_list()
    serializer_class = HarvestOut
    filterset_class = HarvestFilter

    @extend_schema(responses=HarvestVersionOut(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def versions(self, request: Request, code: str) -> Response:
        """What changed, of what the caller may see; what breaks readers first."""
        rows = reads.versions(caller(request), self.get_object())
        page = entries(caller(request), self.paginate_queryset(rows) or ())
        return self.get_paginated_response(HarvestVersionOut([told(each) for each in page], many=True).data)


class SourceHarvests(ListModelMixin, DoorViewSet):
    """How one source was read, the latest first."""

    door = "catalog.view_source"
    queryset = Harvest.objects.for_list()
    serializer_class = HarvestOut
    filterset_class = HarvestFilter

    def get_queryset(self) -> QuerySet[Harvest]:
        source = fetch(self.request, Source, self.kwargs["code"])
        return super().get_queryset().filter(source=source)
