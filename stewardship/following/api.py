from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import SIGNED_IN, DoorApi, DoorViewSet, caller
from stewardship.following import services
from stewardship.following.models import Follow
from stewardship.subjects.reads import Subject, find


class FollowOut(serializers.ModelSerializer[Follow]):
    class Meta:
        model = Follow
        fields = ["about_type", "about_code", "created_at"]


class Follows(ListModelMixin, DoorViewSet):
    """What the caller follows and may see."""

    door = SIGNED_IN
    queryset = Follow.objects.all()
    serializer_class = FollowOut
    filterset_fields = ("about_type", "about_code")


class FollowOne(DoorApi):
    """Follow one thing, "asset" or "domain" for example, and follow it no longer."""

    door = SIGNED_IN

    @extend_schema(request=None, responses=FollowOut)
    def put(self, request: Request, about: str, code: UUID) -> Response:
        """Be told what happens to it; again changes nothing."""
        services.follow(subject=self._subject(about, code), actor=caller(request))
        rows: Any = Follow.objects.visible_to(caller(request))
        return Response(FollowOut(rows.get(about_type=about, about_code=code)).data)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, about: str, code: UUID) -> Response:
        """Be told no longer; again changes nothing."""
        services.unfollow(subject=self._subject(about, code), actor=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _subject(self, about: str, code: UUID) -> Subject:
        subject = find(reader=caller(self.request), kind=about, code=code)
        if subject is None:
            raise NotFound("There is no such thing here.")
        return subject
