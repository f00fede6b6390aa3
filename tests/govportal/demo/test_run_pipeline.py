from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from openlineage.client.naming.dataset import Postgres
from psycopg import sql

from govportal.demo.jobs import load_jobs
from govportal.demo.pipeline import StepFailed, run
from govportal.demo.server import WAREHOUSE, connect
from tests.govportal.demo.built import AUTHORITY, TOKEN, Company, Listener

FAILING = "nightly.mart.delivery_performance"
NAMESPACE = "postgres://db.example:5432"


def steps(company: Company, state: str) -> list[dict[str, Any]]:
    return [
        event
        for event in company.listener.events
        if event["eventType"] == state and event["job"]["name"] != "nightly"
    ]


def datasets(company: Company) -> Iterator[dict[str, Any]]:
    for event in company.listener.events:
        yield from (*event["inputs"], *event["outputs"])


def test_every_request_is_compressed_and_signed(company: Company) -> None:
    seen = {
        (path, headers["Authorization"], headers["Content-Encoding"], headers["Content-Type"])
        for path, headers in company.listener.requests
    }

    assert seen == {("/api/v1/lineage", f"Bearer {TOKEN}", "gzip", "application/json")}


def test_each_run_starts_once_and_ends_once(company: Company) -> None:
    runs: dict[str, list[str]] = {}
    for event in company.listener.events:
        runs.setdefault(event["run"]["runId"], []).append(event["eventType"])

    assert Counter(map(tuple, runs.values())) == {("START", "COMPLETE"): 20, ("START", "FAIL"): 2}


def test_events_come_in_the_order_of_their_times(company: Company) -> None:
    times = [event["eventTime"] for event in company.listener.events]

    assert times == sorted(times)


def test_every_job_completes_in_the_order_of_the_file(company: Company) -> None:
    names = [event["job"]["name"] for event in steps(company, "COMPLETE")]

    assert names == [f"nightly.{job.name}" for job in load_jobs()]
    assert company.night.completed == [job.name for job in load_jobs()]


def test_every_step_names_its_pipeline_run(company: Company) -> None:
    pipelines = {
        event["run"]["runId"]: event["eventType"]
        for event in company.listener.events
        if event["job"]["name"] == "nightly"
    }
    parents = Counter(
        event["run"]["facets"]["parent"]["run"]["runId"]
        for state in ("START", "COMPLETE", "FAIL")
        for event in steps(company, state)
    )

    assert list(pipelines.values()) == ["FAIL", "COMPLETE"]
    assert [parents[run_id] for run_id in pipelines] == [2 * 14 + 2, 2 * 5]


def test_one_job_fails_and_its_corrected_text_completes(company: Company) -> None:
    (failed,) = steps(company, "FAIL")
    (fixed,) = [event for event in steps(company, "COMPLETE") if event["job"]["name"] == FAILING]

    assert failed["job"]["name"] == FAILING
    assert failed["run"]["facets"]["errorMessage"]["message"] == "division by zero"
    assert "outputStatistics" not in failed["outputs"][0]["outputFacets"]
    assert failed["run"]["runId"] != fixed["run"]["runId"]
    assert "/ nullif(delivered, 0)" in fixed["job"]["facets"]["sql"]["query"]
    assert "/ delivered" in failed["job"]["facets"]["sql"]["query"]
    assert company.night.failed == ["mart.delivery_performance"]


def test_names_are_those_of_real_relations(company: Company) -> None:
    named = {(each["namespace"], each["name"]) for each in datasets(company)}

    assert {name for namespace, name in named if namespace == NAMESPACE} <= company.relations()
    assert {pair for pair in named if pair[0] != NAMESPACE} == {("dashboard", "company_overview")}


def test_names_follow_the_naming_specification(company: Company) -> None:
    host, _, port = AUTHORITY.partition(":")
    wanted = Postgres(host, port, "shop", "public", "customers")

    (read,) = steps(company, "COMPLETE")[0]["inputs"]
    assert (read["namespace"], read["name"]) == (wanted.get_namespace(), wanted.get_name())


def test_every_warehouse_table_is_written_by_one_job(company: Company) -> None:
    written = Counter(output["name"] for event in steps(company, "COMPLETE") for output in event["outputs"])
    tables = {name for name in company.relations("r") if name.startswith("warehouse.")}

    assert written == Counter([*tables, "company_overview"])


def test_row_counts_are_those_of_the_tables(company: Company) -> None:
    told = {
        output["name"]: output["outputFacets"]["outputStatistics"]["rowCount"]
        for event in steps(company, "COMPLETE")
        for output in event["outputs"]
        if output["namespace"] == NAMESPACE
    }
    real = {}
    for name in told:
        _, schema, table = name.split(".")
        ((real[name],),) = company.ask(WAREHOUSE, f"SELECT count(*) FROM {schema}.{table}")

    assert told == real
    assert min(real.values()) > 0


def test_columns_are_those_of_the_tables(company: Company) -> None:
    told = {
        each["name"]: [field["name"] for field in each["facets"]["schema"]["fields"]]
        for each in datasets(company)
        if "schema" in each["facets"]
    }
    real = {}
    for name in told:
        database, schema, table = name.split(".")
        rows = company.ask(
            database,
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
            f'{schema}."{table}"',
        )
        real[name] = [column for (column,) in rows]

    assert told == real


def test_column_lineage_speaks_of_columns_that_exist(company: Company) -> None:
    columns = {
        (each["name"], field["name"])
        for each in datasets(company)
        for field in each["facets"].get("schema", {"fields": []})["fields"]
    }
    spoken = {
        pair
        for event in steps(company, "COMPLETE")
        for output in event["outputs"]
        for target, found in output["facets"].get("columnLineage", {"fields": {}})["fields"].items()
        for pair in (
            (output["name"], target),
            *((each["name"], each["field"]) for each in found["inputFields"]),
        )
    }

    assert len(spoken) == 162
    assert spoken <= columns


def test_hashing_is_told_as_masking(company: Company) -> None:
    (event,) = [
        each for each in steps(company, "COMPLETE") if each["job"]["name"] == "nightly.core.dim_customer"
    ]
    fields = event["outputs"][0]["facets"]["columnLineage"]["fields"]

    assert {
        name
        for name, found in fields.items()
        if any(change["masking"] for each in found["inputFields"] for change in each["transformations"])
    } == {"email_hash"}


def test_the_dashboard_shows_what_the_tables_hold(company: Company) -> None:
    ((best,),) = company.ask(WAREHOUSE, "SELECT count(*) FROM mart.customer_value WHERE band = 'A'")

    assert company.night.tiles["customers in band A"] == str(best)
    assert len(company.night.tiles) == 4


def test_a_refused_event_stops_the_pipeline(company: Company, listener: Listener) -> None:
    listener.status = 401

    with pytest.raises(requests.HTTPError, match="401"):
        run(company.server_url, listener.url, "wrong", print, authority=AUTHORITY)

    assert [event["eventType"] for event in listener.events] == ["START"]


def test_an_unexpected_failure_is_told_and_raised(company: Company, listener: Listener) -> None:
    table = sql.Identifier("core", "fct_visit")
    with connect(company.server_url, WAREHOUSE) as warehouse:
        warehouse.execute(sql.SQL("ALTER TABLE {} ADD CONSTRAINT shut CHECK (false) NOT VALID").format(table))
        try:
            with pytest.raises(StepFailed, match=r"^core\.fct_visit: new row .* violates check constraint"):
                run(company.server_url, listener.url, TOKEN, print, authority=AUTHORITY)
        finally:
            warehouse.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT shut").format(table))

    ends = [(event["job"]["name"], event["eventType"]) for event in listener.events[-2:]]
    assert ends == [("nightly.core.fct_visit", "FAIL"), ("nightly", "FAIL")]
    assert company.ask(WAREHOUSE, "SELECT count(*) FROM core.fct_visit") == [(2617,)]
