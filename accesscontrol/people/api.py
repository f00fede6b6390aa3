from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.identity.models import Clearance, User
from accesscontrol.people import services
from accesscontrol.web import DoorViewSet, caller


class PersonOut(serializers.ModelSerializer[User]):
    full_name = serializers.CharField(source="get_full_name", read_only=True)
    roles: Any = serializers.SlugRelatedField(source="groups", slug_field="name", many=True, read_only=True)
    team = serializers.CharField(source="team.name", default=None)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = [
            "code",
            "username",
            "full_name",
            "email",
            "department",
            "clearance",
            "location",
            "team",
            "roles",
            "is_service",
            "is_active",
            "is_superuser",
            "last_login",
        ]


class PersonChange(serializers.Serializer[Any]):
    full_name = serializers.CharField(max_length=300, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    department = serializers.CharField(max_length=100, required=False, allow_blank=True)
    clearance = serializers.IntegerField(min_value=0, max_value=max(Clearance.values), required=False)
    location = serializers.CharField(max_length=100, required=False, allow_blank=True)
    team = serializers.CharField(max_length=100, required=False, allow_blank=True)
    roles = serializers.ListField(child=serializers.CharField(max_length=150), required=False)


class PersonIn(PersonChange):
    username = serializers.CharField(max_length=150)
    is_service = serializers.BooleanField(required=False)


class PasswordLink(serializers.Serializer[Any]):
    address = serializers.URLField(help_text="Where the person chooses a password, once. Shown only here.")


class People(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """People and service accounts, and what policies read of them."""

    queryset = User.objects.select_related("team").prefetch_related("groups")
    serializer_class = PersonOut
    filterset_fields = ("username", "department", "is_active", "is_service")
    door = {
        "list": "accesscontrol.view_user",
        "retrieve": "accesscontrol.view_user",
        "create": "accesscontrol.add_user",
        "partial_update": "accesscontrol.change_user",
        "deactivate": "accesscontrol.change_user",
        "reactivate": "accesscontrol.change_user",
        "password_link": "accesscontrol.change_user",
    }
    writing_actions = frozenset({"partial_update", "deactivate", "reactivate", "password_link"})

    @extend_schema(request=PersonIn, responses={201: PersonOut})
    def create(self, request: Request) -> Response:
        data = PersonIn(data=request.data)
        data.is_valid(raise_exception=True)
        made = services.create_person(actor=caller(request), **data.validated_data)
        return Response(PersonOut(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PersonChange, responses=PersonOut)
    def partial_update(self, request: Request, code: str) -> Response:
        found, data = self.get_object(), PersonChange(data=request.data)
        data.is_valid(raise_exception=True)
        row = services.change_person(person=found, actor=caller(request), **data.validated_data)
        return Response(PersonOut(row).data)

    @extend_schema(request=None, responses=PersonOut)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, code: str) -> Response:
        row = services.deactivate_person(person=self.get_object(), actor=caller(request))
        return Response(PersonOut(row).data)

    @extend_schema(request=None, responses=PersonOut)
    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, code: str) -> Response:
        row = services.reactivate_person(person=self.get_object(), actor=caller(request))
        return Response(PersonOut(row).data)

    @extend_schema(request=None, responses={201: PasswordLink})
    @action(detail=True, methods=["post"], url_path="password-link")
    def password_link(self, request: Request, code: str) -> Response:
        path = services.password_link(person=self.get_object(), actor=caller(request))
        return Response({"address": f"{settings.PORTAL_URL}{path}"}, status=status.HTTP_201_CREATED)
