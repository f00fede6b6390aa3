"""What the portal will find when it harvests the company as its reading role."""

from datetime import UTC, datetime, time

import pytest

from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Connector
from catalog.connectors.registry import connect
from govportal.demo.company import READER, READER_PASSWORD
from govportal.demo.rules import Rule, load_demo
from govportal.demo.server import source_settings
from quality.rules.checks.registry import CHECKS
from tests.govportal.demo.built import AUTHORITY, TODAY, Company


@pytest.fixture
def reader(company: Company) -> Connector:
    return connect("postgresql", source_settings(company.server_url, READER, AUTHORITY), READER_PASSWORD)


def test_the_harvest_names_relations_as_the_events_do(company: Company, reader: Connector) -> None:
    snapshot = reader.snapshot()
    harvested = {reader.dataset_name(table.ref) for table in snapshot.tables}
    told = {
        (each["namespace"], each["name"])
        for event in company.listener.events
        for each in (*event["inputs"], *event["outputs"])
        if each["namespace"] != "dashboard"
    }

    assert harvested == company.relations()
    assert {namespace for namespace, _ in told} == {snapshot.namespace}
    assert {name for _, name in told} <= harvested
    assert [scope.error for scope in snapshot.scopes] == [None, None, None]


def test_the_harvest_knows_how_many_rows_there_are(reader: Connector) -> None:
    tables = [table for table in reader.snapshot().tables if table.kind == "table"]

    assert [table.name for table in tables if not table.row_estimate] == []


@pytest.mark.parametrize("rule", load_demo().rules, ids=lambda rule: rule.name)
def test_the_portal_measures_what_was_planted(rule: Rule, reader: Connector) -> None:
    check = CHECKS[rule.kind]
    parameters, _ = check.read(rule.parameters or {})
    answers = reader.aggregate(TableRef(*rule.dataset.split(".")), check.measures(rule.column, parameters))

    value = check.score(answers, parameters, datetime.combine(TODAY, time(12), UTC)).value
    assert (value < rule.threshold) is rule.fails
