from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.identity.models import Team, User
from accesscontrol.teams import services
from accesscontrol.web import DoorViewSet, caller


class TeamOut(serializers.ModelSerializer[Team]):
    members: Any = serializers.SlugRelatedField(slug_field="username", many=True, read_only=True)

    class Meta:
        model = Team
        fields: ClassVar[list[str]] = ["code", "name", "members"]


class TeamIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)


class MemberIn(serializers.Serializer[Any]):
    member = serializers.CharField(max_length=150, help_text="A user name.")


class Teams(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Teams and their members; an account is in one team at most."""

    queryset = Team.objects.prefetch_related("members")
    serializer_class = TeamOut
    door = {
        "list": "accesscontrol.view_team",
        "retrieve": "accesscontrol.view_team",
        "create": "accesscontrol.add_team",
        "partial_update": "accesscontrol.change_team",
        "destroy": "accesscontrol.delete_team",
        "add": "accesscontrol.change_team",
        "remove": "accesscontrol.change_team",
    }
    writing_actions = frozenset({"partial_update", "destroy", "add", "remove"})

    @extend_schema(request=TeamIn, responses={201: TeamOut})
    def create(self, request: Request) -> Response:
        name = _clean(TeamIn(data=request.data))["name"]
        made = services.create_team(name=name, actor=caller(request).username)
        return Response(TeamOut(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=TeamIn, responses=TeamOut)
    def partial_update(self, request: Request, code: str) -> Response:
        found, name = self.get_object(), _clean(TeamIn(data=request.data))["name"]
        return Response(
            TeamOut(services.rename_team(team=found, name=name, actor=caller(request).username)).data
        )

    def destroy(self, request: Request, code: str) -> Response:
        services.delete_team(team=self.get_object(), actor=caller(request).username)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=MemberIn, responses=TeamOut)
    @action(detail=True, methods=["post"])
    def add(self, request: Request, code: str) -> Response:
        found, member = self.get_object(), _member(request)
        services.add_member(team=found, person=member, actor=caller(request))
        return Response(TeamOut(self.get_object()).data)

    @extend_schema(request=MemberIn, responses=TeamOut)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, code: str) -> Response:
        found, member = self.get_object(), _member(request)
        services.remove_member(team=found, person=member, actor=caller(request))
        return Response(TeamOut(self.get_object()).data)


def _member(request: Request) -> User:
    name = _clean(MemberIn(data=request.data))["member"]
    person = User.objects.visible_to(caller(request)).filter(username=name, is_active=True).first()
    if person is None:
        raise ValidationError({"member": ["There is no account of this name."]})
    return person


def _clean(data: serializers.Serializer[Any]) -> dict[str, Any]:
    data.is_valid(raise_exception=True)
    return dict(data.validated_data)
