from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from catalog.properties import services
from catalog.properties.models import Property


class PropertyApi(serializers.ModelSerializer[Property]):
    choices = serializers.ListField(child=serializers.CharField(max_length=100), required=False)
    kinds = serializers.ListField(child=serializers.CharField(max_length=20), required=False)

    class Meta:
        model = Property
        fields = ["code", "name", "label", "type", "description", "choices", "kinds", "required", "version"]
        read_only_fields = ["version"]
        validators: list[Any] = []  # the service checks


class Properties(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """What this company wants to know of its assets besides; the values are in `properties` of assets."""

    door = {
        "list": "catalog.view_property",
        "retrieve": "catalog.view_property",
        "create": "catalog.add_property",
        "partial_update": "catalog.change_property",
        "destroy": "catalog.delete_property",
    }
    queryset = Property.objects.all()
    serializer_class = PropertyApi
    filterset_fields = ["name", "type", "required"]

    def create(self, request: Request) -> Response:
        """Define a property."""
        return self._save(None, {}, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, code: str) -> Response:
        """Change what is given; the type of what something has stays."""
        row = self.get_object()
        return self._save(row, services.content(row), status.HTTP_200_OK)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, code: str) -> Response:
        """Forget a property that nothing has."""
        services.delete_property(definition=self.get_object(), actor=caller(request).username)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _save(self, row: Property | None, kept: dict[str, Any], code: int) -> Response:
        given = PropertyApi(row, data=self.request.data, partial=row is not None)
        given.is_valid(raise_exception=True)
        values = {**kept, **given.validated_data}
        saved = services.save_property(actor=caller(self.request).username, definition=row, **values)
        return Response(PropertyApi(saved).data, status=code)
