from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import SIGNED_IN, DoorViewSet, caller
from stewardship.announcements import services
from stewardship.announcements.models import LETTERS, TITLE_LETTERS, Announcement
from stewardship.announcements.reads import STATES
from stewardship.subjects.reads import Subject, find


class AnnouncementOut(serializers.ModelSerializer[Announcement]):
    """`about_type` is empty where it is for everybody; `state` is scheduled, live or ended."""

    author = serializers.CharField(source="author.username")
    state = serializers.CharField(read_only=True)

    class Meta:
        model = Announcement
        fields = [
            "code",
            "about_type",
            "about_code",
            "severity",
            "title",
            "text",
            "author",
            "begins_at",
            "until",
            "ended_at",
            "state",
        ]


class AnnouncementIn(serializers.Serializer[Any]):
    """Without `about_type` and `about_code` it is for everybody."""

    about_type = serializers.CharField(max_length=40, required=False)
    about_code = serializers.UUIDField(required=False)
    severity = serializers.ChoiceField(choices=Announcement.Severity.choices, default="info")
    title = serializers.CharField(max_length=TITLE_LETTERS)
    text = serializers.CharField(max_length=LETTERS, required=False, allow_blank=True)
    begins_at = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)


class AnnouncementFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=list(STATES.items()), method="in_state")

    class Meta:
        model = Announcement
        fields = ("about_type", "about_code", "severity")

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        return getattr(rows, value)()


class Announcements(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """What people announced on what the caller may see, and to everybody; `state` live, to_come, over."""

    door = SIGNED_IN
    queryset = Announcement.objects.select_related("author")
    serializer_class = AnnouncementOut
    filterset_class = AnnouncementFilters
    writing_actions = frozenset({"end"})

    @extend_schema(request=AnnouncementIn, responses={201: AnnouncementOut})
    def create(self, request: Request) -> Response:
        """Announce; for who may change the thing, its steward, and administrators."""
        given = AnnouncementIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        subject = self._subject(values.pop("about_type", ""), values.pop("about_code", None))
        row = services.announce(actor=caller(request), subject=subject, **values)
        return Response(AnnouncementOut(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=AnnouncementOut)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, code: str) -> Response:
        """Take it down before its time; again changes nothing."""
        row = services.end(announcement=self.get_object(), actor=caller(request))
        return Response(AnnouncementOut(row).data)

    def _subject(self, about: str, code: Any) -> Subject | None:
        if not about and code is None:
            return None
        subject = find(reader=caller(self.request), kind=about, code=code) if code else None
        if subject is None:
            raise ValidationError({"about_code": "There is no such thing here."})
        return subject
