from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, DoorViewSet, caller
from catalog.assets.models import Asset, Field
from catalog.tags import reads, services
from catalog.tags.models import Classification, Tag
from catalog.tags.serializers import ClassificationApi, TagApi, TagsIn, TagsOut, TagUseOut

KEPT = ("classification", "parent", "name", "description", "deprecated")


class Classifications(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """Sets of tags; of an exclusive one, a thing bears one tag at most."""

    door = {
        "list": "catalog.view_classification",
        "retrieve": "catalog.view_classification",
        "create": "catalog.add_classification",
        "usual": "catalog.add_classification",
        "partial_update": "catalog.change_classification",
        "destroy": "catalog.delete_classification",
    }
    queryset = Classification.objects.all()
    serializer_class = ClassificationApi
    filterset_fields = ["name", "exclusive"]

    @extend_schema(request=None, responses={200: OpenApiTypes.OBJECT}, filters=False)
    @action(detail=False, methods=["post"])
    def usual(self, request: Request) -> Response:
        """Add those that most companies begin with, where nothing of their name is here."""
        return Response({"tags": services.add_usual_classifications(actor=caller(request).username)})

    def create(self, request: Request) -> Response:
        """Add a classification."""
        return self._save(None, {}, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, code: str) -> Response:
        """Change what is given."""
        row = self.get_object()
        return self._save(row, services.content(row), status.HTTP_200_OK)

    def _save(self, row: Classification | None, kept: dict[str, Any], code: int) -> Response:
        given = ClassificationApi(row, data=self.request.data, partial=row is not None)
        given.is_valid(raise_exception=True)
        values = {**kept, **given.validated_data}
        actor = caller(self.request).username
        saved = services.save_classification(actor=actor, classification=row, **values)
        return Response(ClassificationApi(saved).data, status=code)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, code: str) -> Response:
        """Remove one that has no tag."""
        services.delete_classification(classification=self.get_object(), actor=caller(request).username)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Tags(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """What may be put on assets and fields."""

    door = {
        "list": "catalog.view_tag",
        "retrieve": "catalog.view_tag",
        "uses": "catalog.view_tag",
        "create": "catalog.add_tag",
        "partial_update": "catalog.change_tag",
        "destroy": "catalog.delete_tag",
    }
    queryset = Tag.objects.for_list()
    serializer_class = TagApi
    filterset_fields = ["path", "classification__name", "parent__path", "deprecated"]

    def create(self, request: Request) -> Response:
        """Add a tag."""
        return self._save(None, {}, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, code: str) -> Response:
        """Change what is given; what bears the tag follows."""
        row = self.get_object()
        return self._save(row, {name: getattr(row, name) for name in KEPT}, status.HTTP_200_OK)

    def _save(self, row: Tag | None, kept: dict[str, Any], code: int) -> Response:
        given = TagApi(row, data=self.request.data, partial=row is not None)
        given.is_valid(raise_exception=True)
        values = {**kept, **given.validated_data}
        saved = services.save_tag(actor=caller(self.request).username, tag=row, **values)
        return Response(TagApi(saved).data, status=code)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, code: str) -> Response:
        """Remove one that nothing bears."""
        services.delete_tag(tag=self.get_object(), actor=caller(request).username)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=TagUseOut(many=True), filters=False)
    @action(detail=True)
    def uses(self, request: Request, code: str) -> Response:
        """Where a tag, or one below it, is, of what the caller may see."""
        page = self.paginate_queryset(reads.uses(reader=caller(request), tag=self.get_object()))
        return self.get_paginated_response(TagUseOut(page, many=True).data)


class TagsOfThing(DoorApi):
    """The tags of one thing, by their paths."""

    model: Any

    @extend_schema(responses=TagsOut)
    def get(self, request: Request, code: str) -> Response:
        row = self.fetch(self.model, code)
        return Response({"tags": row.tags, "version": row.version})

    @extend_schema(request=TagsIn, responses=TagsOut)
    def put(self, request: Request, code: str) -> Response:
        """Let it bear exactly these; with a `version` that is not the present one, nothing (409)."""
        row = self.fetch(self.model, code, "change")
        given = TagsIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        changed = services.set_tags(
            thing=row, paths=said["tags"], actor=caller(request).username, version=said.get("version")
        )
        return Response({"tags": changed.tags, "version": changed.version})


class TagsOfAsset(TagsOfThing):
    door = {"GET": "catalog.view_asset", "PUT": "catalog.change_asset"}
    model = Asset


class TagsOfField(TagsOfThing):
    door = {"GET": "catalog.view_field", "PUT": "catalog.change_field"}
    model = Field
