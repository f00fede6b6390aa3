from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.roles import reads, services
from accesscontrol.roles.models import Role
from accesscontrol.web import DoorViewSet, caller


class RoleOut(serializers.ModelSerializer[Role]):
    holders = serializers.IntegerField(help_text="Active accounts that hold it.")
    permissions = serializers.SerializerMethodField()

    class Meta:
        model = Role
        fields: ClassVar[list[str]] = ["id", "name", "holders", "permissions"]

    def get_permissions(self, role: Role) -> list[str]:
        held: dict[int, set[str]] = self.context["held"]
        return sorted(held[role.pk])


class RoleIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=150)
    permissions = serializers.ListField(child=serializers.CharField(), required=False)


class RoleChange(RoleIn):
    name = serializers.CharField(max_length=150, required=False)


class Roles(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Roles and the permissions that they include, as "app.codename"."""

    queryset = Role.objects.all()
    serializer_class = RoleOut
    lookup_field = "pk"
    lookup_value_converter = "int"
    door = {
        "list": "accesscontrol.view_role",
        "retrieve": "accesscontrol.view_role",
        "create": "accesscontrol.add_role",
        "partial_update": "accesscontrol.change_role",
        "destroy": "accesscontrol.delete_role",
    }

    def get_queryset(self) -> Any:
        return reads.roles(reader=caller(self.request))

    def get_object(self) -> Any:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "held": reads.permissions_of(self.get_queryset())}

    @extend_schema(request=RoleIn, responses={201: RoleOut})
    def create(self, request: Request) -> Response:
        data = RoleIn(data=request.data)
        data.is_valid(raise_exception=True)
        made = services.create_role(actor=caller(request).username, **data.validated_data)
        return self._answer(made.pk, status.HTTP_201_CREATED)

    @extend_schema(request=RoleChange, responses=RoleOut)
    def partial_update(self, request: Request, pk: int) -> Response:
        found, data = self.get_object(), RoleChange(data=request.data)
        data.is_valid(raise_exception=True)
        said, actor = data.validated_data, caller(request).username
        services.change_role(role=found, actor=actor, **said)
        return self._answer(found.pk, status.HTTP_200_OK)

    def destroy(self, request: Request, pk: int) -> Response:
        services.delete_role(role=self.get_object(), actor=caller(request).username)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, pk: int, code: int) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data, status=code)
