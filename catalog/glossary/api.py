from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorViewSet, caller
from catalog.glossary import reads, relating, services
from catalog.glossary.filters import TermFilter
from catalog.glossary.models import Term
from catalog.glossary.serializers import (
    LinkedAsset,
    RelationIn,
    RelationOut,
    TermAct,
    TermDetail,
    TermIn,
    TermOut,
)

SEE = "catalog.view_term"


@extend_schema_view(retrieve=extend_schema(responses=TermDetail))
class Terms(ListModelMixin, RetrieveModelMixin, DoorViewSet):
    """The glossary: words of the business and what they mean."""

    door = {
        "list": SEE,
        "retrieve": SEE,
        "create": "catalog.add_term",
        "partial_update": SEE,  # a draft is changed by who wrote it, too
        "destroy": "catalog.delete_term",
        "relate": SEE,
        "unrelate": SEE,
        "assets": SEE,
        "history": SEE,
    }
    queryset = Term.objects.for_page()
    serializer_class = TermOut
    filterset_class = TermFilter
    writing_actions = DoorViewSet.writing_actions | {"relate", "unrelate"}

    def retrieve(self, request: Request, code: str) -> Response:
        """One term with what it stands below, and how it relates to others."""
        return Response(self._detail(self.get_object()))

    @extend_schema(request=TermIn, responses={201: TermDetail})
    def create(self, request: Request) -> Response:
        """Add a draft."""
        given = TermIn(data=request.data)
        given.is_valid(raise_exception=True)
        changes = {name: value for name, value in given.validated_data.items() if name != "version"}
        row = services.save_term(actor=caller(request), changes=changes)
        return Response(self._detail(row), status=status.HTTP_201_CREATED)

    @extend_schema(request=TermIn(partial=True), responses=TermDetail)
    def partial_update(self, request: Request, code: str) -> Response:
        """Change what is given; with a `version` that is not the present one, nothing (409)."""
        row = self.get_object()
        given = TermIn(row, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        version = changes.pop("version", None)
        saved = services.save_term(term=row, actor=caller(request), changes=changes, version=version)
        return Response(self._detail(saved))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, code: str) -> Response:
        """Remove a term that nothing stands below, with its relations and links."""
        row = self.get_object()
        services.delete_term(term=row, actor=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=RelationIn, responses={201: RelationOut(many=True)}, filters=False)
    @action(detail=True, methods=["post"], url_path="relations", pagination_class=None)
    def relate(self, request: Request, code: str) -> Response:
        """Say how the term relates to another; it is kept once and shown from both sides."""
        row, said = self._relation(request)
        relating.relate_terms(term=row, actor=caller(request), **said)
        return Response(RelationOut(self._relations(row), many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=RelationIn, responses={204: None}, filters=False)
    @action(detail=True, methods=["post"], url_path="relations/remove", pagination_class=None)
    def unrelate(self, request: Request, code: str) -> Response:
        """Take it back, from whichever side it was said."""
        row, said = self._relation(request)
        relating.unrelate_terms(term=row, actor=caller(request), **said)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=LinkedAsset(many=True), filters=False)
    @action(detail=True)
    def assets(self, request: Request, code: str) -> Response:
        """The assets of the term that the caller may see."""
        row = self.get_object()
        page = self.paginate_queryset(reads.assets(caller(request), row)) or []
        return self.get_paginated_response(LinkedAsset(reads.linked(row, page), many=True).data)

    @extend_schema(responses=TermAct(many=True), filters=False)
    @action(detail=True)
    def history(self, request: Request, code: str) -> Response:
        """What was done to the term, the latest first."""
        page = self.paginate_queryset(reads.history(self.get_object())) or []
        rows = [{**_act(act), "said": said} for act, said in reads.acts(page)]
        return self.get_paginated_response(TermAct(rows, many=True).data)

    def _relation(self, request: Request) -> tuple[Term, dict[str, Any]]:
        row = self.get_object()
        given = RelationIn(data=request.data)
        given.is_valid(raise_exception=True)
        return row, given.validated_data

    def _relations(self, row: Term) -> list[dict[str, Any]]:
        return [
            {"kind": kind, "says": says, "other": other.slug}
            for says, pairs in reads.relations(caller(self.request), row)
            for kind, other in pairs
        ]

    def _detail(self, row: Term) -> dict[str, Any]:
        """The shape of TermDetail."""
        path = [each.slug for each in reads.path(caller(self.request), row)]
        return {**TermOut(row).data, "path": path, "relations": self._relations(row)}


def _act(act: Any) -> dict[str, Any]:
    changes = [{"what": what, "before": before, "after": after} for what, before, after in act.changes]
    return {"at": act.at, "actor": act.actor, "action": act.action, "changes": changes}
