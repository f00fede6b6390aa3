"""The client's values are those of the OpenAPI document: nothing forgotten, nothing made up."""

from dataclasses import fields
from datetime import date, datetime
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from drf_spectacular.generators import SchemaGenerator

from govportal.client import Unreachable, answers, edits, metadata, proposals
from govportal.client.shapes import read

SHAPES = {
    answers.Asset: "AssetOut",
    answers.AssetDetail: "AssetDetail",
    edits.BulkEdit: "BulkEditOut",
    edits.BulkItem: "BulkItemOut",
    answers.Choice: "ChoiceOut",
    answers.Domain: "DomainApi",
    edits.Expected: "ExpectedOut",
    answers.Facet: "FacetOut",
    answers.Field: "FieldOut",
    answers.ForeignKey: "KeyOut",
    answers.Harvest: "HarvestOut",
    answers.HarvestVersion: "HarvestVersionOut",
    answers.ImportedSource: "ImportedOut",
    answers.Job: "JobOut",
    edits.Outcome: "OutcomeOut",
    metadata.ImportExpected: "ImportExpectedOut",
    metadata.ImportOutcome: "ImportOutcomeOut",
    metadata.ImportRow: "ImportRowOut",
    metadata.MetadataImport: "MetadataImportOut",
    proposals.Proposal: "ProposalOut",
    proposals.ProposalStep: "StepOut",
    proposals.Vote: "VoteOut",
    answers.SchemaChange: "SchemaChangeOut",
    answers.Scope: "ScopeOut",
    answers.Source: "SourceOut",
    answers.SourceCheck: "SourceCheckOut",
    answers.SourceTest: "TestOut",
}
JSON_TYPES = {"string": str, "integer": int, "boolean": bool, "number": float, "object": dict, "array": tuple}
FORMATS = {"uuid": UUID, "date-time": datetime, "date": date}


@pytest.fixture(scope="module")
def components() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)["components"]["schemas"]


def kind_of(hint: Any) -> Any:
    """The type of a field without None and without what stands in it."""
    parts = [each for each in get_args(hint) if each is not type(None)]
    whole = parts[0] if isinstance(hint, UnionType) else hint
    return get_origin(whole) or whole


def told_kind(told: dict[str, Any]) -> Any:
    """The type that the document tells of a property; None where it names another component."""
    return FORMATS.get(told.get("format", "")) or JSON_TYPES.get(told.get("type", ""))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_value_of_an_answer_has_its_field(shape, components):
    assert {each.name for each in fields(shape)} == set(components[SHAPES[shape]]["properties"])


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_field_has_the_type_that_is_promised(shape, components):
    promised = components[SHAPES[shape]]["properties"]
    hints = get_type_hints(shape)

    wrong = {
        name: (hints[name], told)
        for name, told in promised.items()
        if (kind := told_kind(told)) and kind_of(hints[name]) is not kind
    }

    assert wrong == {}


def test_what_a_newer_portal_says_besides_is_left_out():
    told = {"value": "table", "label": "Table", "count": 3, "selected": False, "colour": "red"}

    assert read(answers.Choice, told) == answers.Choice(value="table", label="Table", count=3, selected=False)


@pytest.mark.parametrize("told", [{}, None, [], "x", {"value": "table"}])
def test_what_is_no_such_answer_is_said(told):
    with pytest.raises(Unreachable, match="The portal's answer is no Choice"):
        read(answers.Choice, told)
