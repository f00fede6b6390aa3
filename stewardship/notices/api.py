from typing import Any, ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import SIGNED_IN, DoorViewSet, caller
from stewardship.notices import services
from stewardship.notices.models import Notice


class NoticeOut(serializers.ModelSerializer[Notice]):
    class Meta:
        model = Notice
        fields = [
            "code",
            "topic",
            "severity",
            "title",
            "text",
            "url",
            "about_type",
            "about_code",
            "created_at",
            "read_at",
        ]


class NoticesMarked(serializers.Serializer[Any]):
    """How many were unread until now."""

    marked = serializers.IntegerField()


class NoticeFilters(filters.FilterSet):
    unread = filters.ChoiceFilter(choices=[("true", "Unread"), ("false", "Read")], method="only_unread")
    severity = filters.ChoiceFilter(choices=Notice.Severity.choices)

    class Meta:
        model = Notice
        fields: ClassVar[list[str]] = ["topic"]

    def only_unread(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(read_at__isnull=value == "true")


class Notices(ListModelMixin, DoorViewSet):
    """What the portal has told the caller, the newest first; `url` is a path of this portal."""

    door = SIGNED_IN
    queryset = Notice.objects.all()
    serializer_class = NoticeOut
    filterset_class = NoticeFilters
    writing_actions = frozenset({"read"})

    @extend_schema(request=None, responses=NoticeOut)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, code: str) -> Response:
        """The caller has read it; to say so again changes nothing."""
        notice = self.get_object()
        services.mark_read(notice=notice, reader=caller(request))
        notice.refresh_from_db()
        return Response(NoticeOut(notice).data)

    @extend_schema(request=None, responses=NoticesMarked)
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        """The caller has read whatever they may see."""
        marked = services.mark_all_read(reader=caller(request))
        return Response({"marked": marked})
