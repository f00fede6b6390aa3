"""A person's request from its arrival to its answer, over real tables of a real database."""

import io
import json
import zipfile

import pytest

from accesscontrol.audit.models import Entry
from catalog.assets.models import Field
from catalog.assets.services import change_field
from compliance.requests import services
from compliance.requests.models import SubjectRequest
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_policy, make_token, make_user
from tests.catalog.scratch import harvest, make_source, scratch_database

TABLES = """
CREATE TABLE address (id int PRIMARY KEY, street text);
CREATE TABLE customer (id int PRIMARY KEY, email text, address_id int REFERENCES address);
CREATE TABLE "Bestellung" (id int PRIMARY KEY, customer_id int REFERENCES customer, note text);
CREATE TABLE item (order_id int REFERENCES "Bestellung", line int, what text, PRIMARY KEY (order_id, line));
CREATE TABLE refund (id int PRIMARY KEY, order_id int, line int,
  FOREIGN KEY (order_id, line) REFERENCES item (order_id, line));
INSERT INTO address VALUES (1, 'Elm'), (2, 'Oak');
INSERT INTO customer VALUES (1, 'ANN@example.org ', 1), (2, 'bob@example.org', 2), (3, NULL, NULL);
INSERT INTO "Bestellung" VALUES (10, 1, '=cmd()'), (11, 1, NULL), (20, 2, 'bob''s');
INSERT INTO item VALUES (10, 1, 'tea'), (10, 2, 'pot'), (20, 1, 'milk');
INSERT INTO refund VALUES (100, 10, 2), (200, 20, 1);
"""


@pytest.fixture
def shop(db):
    with scratch_database() as scratch:
        scratch.run(TABLES)
        source = make_source(scratch)
        harvest(source)
        mark("customer", "email", identity="email", sensitive=True)
        mark("address", "street", sensitive=True)
        yield scratch


def mark(table, column, **changes):
    field = Field.objects.get(asset__name__endswith=f".{table}", name=column)
    change_field(field=field, actor="tests", changes=changes)


@pytest.fixture
def mia(client, db):
    make_policy()
    user = make_user("mia", "privacy_officer")
    client.force_login(user)
    return user


def received(client, person="ann@example.org"):
    client.post(
        "/compliance/requests/new/",
        {"identifier": person, "law": "gdpr", "received_on": "2026-01-15"},
    )
    return SubjectRequest.objects.get(identifier=person)


def collected(client, person="ann@example.org"):
    row = received(client, person)
    client.post(f"/compliance/requests/{row.code}/verify/", {"text": "Passport"})
    client.post(f"/compliance/requests/{row.code}/collect/")
    run_job(job_id=Job.objects.get(kind="compliance.collect").pk)
    row.refresh_from_db()
    return row


def package_of(client, row):
    answer = client.post(f"/compliance/requests/{row.code}/package/")
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_the_package_holds_the_persons_rows_and_how_each_was_found(client, shop, mia):
    row = collected(client)

    data = json.loads(package_of(client, row).read("data.json"))

    name = shop.name
    assert row.state == "collected"
    assert {table["name"]: len(table["rows"]) for table in data["tables"]} == {
        f"{name}.public.customer": 1,
        f"{name}.public.Bestellung": 2,
        f"{name}.public.item": 2,
        f"{name}.public.refund": 1,
        f"{name}.public.address": 1,
    }
    refund = next(table for table in data["tables"] if table["name"].endswith(".refund"))
    assert refund["rows"] == [{"id": 100, "order_id": 10, "line": 2}]
    assert refund["found_by"] == [f"{name}.public.refund.order_id, line = {name}.public.item.order_id, line"]


def test_the_page_shows_where_the_data_is_and_by_when_to_answer(client, shop, mia):
    row = collected(client)

    shown = client.get(f"/compliance/requests/{row.code}/").content.decode()

    assert "public.customer.email is the identifier" in shown
    assert "16 February 2026" in shown  # 15 February 2026 is a Sunday


def test_nothing_of_the_person_is_stored_readable_or_audited(client, shop, mia):
    row = collected(client)

    bodies = "".join(Entry.objects.values_list("body", flat=True))
    assert "tea" not in row.package_token
    assert "ann@example.org" not in bodies
    assert Entry.objects.filter(action="requests.data_collected").count() == 1


def test_taking_the_package_is_audited(client, shop, mia):
    row = collected(client)

    package_of(client, row)

    entry = Entry.objects.get(action="requests.package_downloaded")
    assert (entry.actor, entry.object_id) == ("mia", str(row.code))


def test_collecting_twice_gives_the_same_answer(client, shop, mia):
    row = collected(client)
    first = [(step.asset_id, step.rows) for step in row.steps.all()]

    client.post(f"/compliance/requests/{row.code}/collect/")
    run_job(job_id=Job.objects.filter(kind="compliance.collect").latest("pk").pk)

    assert [(step.asset_id, step.rows) for step in row.steps.all()] == first


def test_a_table_that_is_gone_is_said_and_does_not_stop_the_rest(client, shop, mia):
    shop.run("DROP TABLE refund")

    row = collected(client)

    step = row.steps.get(asset__name__endswith=".refund")
    assert (row.state, step.state) == ("attention", "failed")
    assert step.message
    assert row.steps.get(asset__name__endswith=".item").rows == 2


def test_a_person_whom_nobody_knows_gets_an_empty_package(client, shop, mia):
    row = collected(client, "nobody@example.org")

    assert json.loads(package_of(client, row).read("data.json"))["tables"] == []


def test_nothing_is_collected_before_the_identity_is_verified(client, shop, mia):
    row = received(client)

    assert client.post(f"/compliance/requests/{row.code}/collect/").status_code == 409
    assert Job.objects.filter(kind="compliance.collect").count() == 0


def test_a_catalog_without_identifying_fields_says_so(client, mia):
    row = collected(client)

    job = Job.objects.get(kind="compliance.collect")
    assert (job.state, row.state) == ("failed", "attention")
    assert "marked as identifying" in job.message


def test_a_hidden_table_has_no_name_and_keeps_the_package_shut(client, shop, mia):
    row = collected(client)
    make_policy(
        "no-addresses",
        {"attribute": "resource.name", "operator": "==", "value": f"{shop.name}.public.address"},
        effect="forbid",
    )

    page = client.get(f"/compliance/requests/{row.code}/").content.decode()
    answer = client.post(f"/compliance/requests/{row.code}/package/")

    assert "public.address" not in page
    assert "Hidden by policy" in page
    assert answer.status_code == 409
    assert "1 of the tables" in answer.content.decode()


def test_a_way_through_a_hidden_table_does_not_name_it(client, shop, mia):
    row = collected(client)
    hidden = f"{shop.name}.public.customer"
    rule = {"attribute": "resource.name", "operator": "==", "value": hidden}
    make_policy("no-customers", rule, effect="forbid")

    page = client.get(f"/compliance/requests/{row.code}/").content.decode()
    steps = client.get(f"/api/v1/subject-requests/{row.code}/").json()["steps"]

    assert (f"{hidden}." in page, "by a table that is hidden from you" in page) == (False, True)
    assert {step["name"]: step["rows"] for step in steps if step["ways"] == []} == {None: None}
    assert not any(f"{hidden}." in way for step in steps for way in step["ways"])


def test_the_deadline_is_extended_once_and_with_a_reason(client, shop, mia):
    row = received(client)
    path = f"/compliance/requests/{row.code}/extend/"

    assert client.post(path, {"text": ""}).status_code == 400
    assert client.post(path, {"text": "Many sources"}).status_code == 302
    assert client.post(path, {"text": "Still many"}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"identifier": "not an address"}, "valid email address"),
        ({"law": "unknown"}, "valid choice"),
        ({"received_on": "2999-01-01"}, "in the future"),
    ],
)
def test_bad_input_is_an_error_beside_its_field(client, mia, changes, said):
    form = {"identifier": "ann@example.org", "law": "gdpr", "received_on": "2026-01-15"}

    answer = client.post("/compliance/requests/new/", {**form, **changes})

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert SubjectRequest.objects.count() == 0


def test_a_second_open_request_of_the_same_person_is_refused(client, mia):
    received(client)

    answer = client.post(
        "/compliance/requests/new/",
        {"identifier": "Ann@Example.org", "law": "gdpr", "received_on": "2026-01-16"},
    )

    assert answer.status_code == 400
    assert "open already" in answer.content.decode()


def test_the_api_goes_the_whole_way(client, shop, mia):
    header = {"Authorization": f"Bearer {make_token(mia)}"}

    def call(path, **body):
        return client.post(
            f"/api/v1/subject-requests/{path}", body, content_type="application/json", headers=header
        )

    code = call("", identifier="ann@example.org", received_on="2026-01-15").json()["code"]
    assert call(f"{code}/verify/").json()["errors"][0]["field"] == "how"
    assert call(f"{code}/verify/", how="Passport").json()["state"] == "verified"
    assert call(f"{code}/collect/").status_code == 202
    run_job(job_id=Job.objects.get(kind="compliance.collect").pk)
    shown = client.get(f"/api/v1/subject-requests/{code}/", headers=header).json()
    assert sum(step["rows"] for step in shown["steps"]) == 7
    assert call(f"{code}/package/")["Content-Type"] == "application/zip"
    assert call(f"{code}/answer/").json()["state"] == "answered"


@pytest.mark.parametrize("path", ["/compliance/", "/api/v1/subject-requests/"])
def test_a_viewer_sees_no_requests(client, db, path):
    client.force_login(make_user("vera", "viewer"))

    assert client.get(path).status_code == 403


def test_the_auditor_may_read_and_not_act(client, shop, mia):
    row = received(client)
    client.force_login(make_user("tom", "auditor"))

    assert client.get(f"/compliance/requests/{row.code}/").status_code == 200
    assert client.post(f"/compliance/requests/{row.code}/verify/", {"text": "x"}).status_code == 403


@pytest.mark.parametrize("rows", [1, 20])
def test_the_board_costs_the_same_for_any_length(client, mia, rows, django_assert_max_num_queries):
    for number in range(rows):
        services.receive_request(identifier=f"p{number}@example.org", actor="tests")
    with django_assert_max_num_queries(14):
        client.get("/compliance/")
