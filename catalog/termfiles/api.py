from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accesscontrol.web import DoorApi, caller
from catalog.termfiles.planning import Planned, plan
from catalog.termfiles.services import WrongRows, export_terms, import_terms
from catalog.termfiles.sheets import Row, WrongSheet, read


class SheetIn(serializers.Serializer[Any]):
    """The text of a CSV file; with `preview` nothing is written."""

    document = serializers.CharField(trim_whitespace=False)
    preview = serializers.BooleanField(required=False, default=False)


class PlannedOut(serializers.Serializer[Any]):
    """A row and what it does: new, changed, same or error."""

    row = serializers.IntegerField(source="number")
    slug = serializers.CharField()
    outcome = serializers.CharField()
    differing = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField()
    problems = serializers.DictField(source="row.problems", child=serializers.CharField())


class ImportTerms(DoorApi):
    """Many terms at once, from a CSV file."""

    door = "catalog.add_term"

    @extend_schema(request=SheetIn, responses=PlannedOut(many=True))
    def post(self, request: Request) -> Response:
        """Add or change terms by their slugs: all rows, or none. Nobody approves by a file."""
        given = SheetIn(data=request.data)
        given.is_valid(raise_exception=True)
        rows = _rows(given.validated_data["document"])
        user = caller(request)
        may_change = user.has_perm("catalog.change_term")
        if given.validated_data["preview"]:
            return _answer(plan(rows=rows, may_change=may_change))
        try:
            return _answer(import_terms(rows=rows, actor=user, may_change=may_change))
        except WrongRows as error:
            raise serializers.ValidationError(_problems(error.plans)) from error


class ExportTerms(DoorApi):
    """The glossary as a CSV file."""

    door = "catalog.view_term"

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:
        """All terms with their relations, as they can be imported again."""
        return HttpResponse(export_terms(reader=caller(request)), content_type="text/csv; charset=utf-8")


def _rows(document: str) -> list[Row]:
    try:
        return read(document)
    except WrongSheet as error:
        raise serializers.ValidationError({"document": str(error)}) from error


def _answer(plans: list[Planned]) -> Response:
    return Response(PlannedOut(plans, many=True).data)


def _problems(plans: list[Planned]) -> dict[str, Any]:
    return {f"row {each.number}.{name}": said for each in plans for name, said in each.row.problems.items()}
