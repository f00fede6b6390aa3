"""The pages and endpoints of export and import."""

import csv
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from catalog.exchange.models import ImportRow, MetadataImport
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_token, make_user
from tests.catalog.exchange.conftest import prepared, written

ORDERS = {"namespace": "postgres://localhost:5432", "name": "shop.public.orders", "of_job": False}
JSON = "application/json"
PAGE = "/catalog/exchange/"


@pytest.fixture
def browser(ida, signed_in):
    return signed_in(ida)


def upload(browser, text, **more):
    return browser.post(PAGE, {"file": SimpleUploadedFile("file.json", text.encode()), **more})


def test_a_file_is_handed_in_looked_at_and_carried_out(browser, ida):
    make_asset()

    answer = upload(browser, written(assets=[{**ORDERS, "description": "Sales"}]))
    batch = MetadataImport.objects.get()
    assert (answer.status_code, answer.url) == (302, batch.get_absolute_url())
    run_job(job_id=batch.preview_id)
    page = browser.get(answer.url)
    assert "1 would change" in page.text
    assert Asset.objects.get().description == ""
    browser.post(reverse("exchange:start", args=[batch.code]))
    batch.refresh_from_db()
    run_job(job_id=batch.job_id)

    assert Asset.objects.get().description == "Sales"
    assert "1 written." in browser.get(answer.url).text
    report = list(csv.reader(StringIO(browser.get(reverse("exchange:report", args=[batch.code])).text)))
    assert report[1][-3:] == ["description", "", "Sales"]


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("{", "", "This is not JSON"),
        ("[]", "", "This is no export of metadata"),
        ('{"format": "govportal-metadata", "version": 2}', "", "This portal reads version 1"),
        ('{"format": "govportal-metadata", "version": 1}', "", "There is no row in it."),
        ('{"format": "govportal-metadata", "version": 1, "cars": []}', "", "Unknown: cars."),
        ('{"format": "govportal-metadata", "version": 1, "tags": {}}', "", "tags: write a list of rows."),
        ('{"format": "govportal-metadata", "version": NaN}', "", "NaN is no number"),
        ("colour\nred\n", "domains", "Unknown columns: colour."),
        ("slug,slug\na,b\n", "domains", "A column is there twice."),
        ('slug\n"a', "domains", "this is not CSV"),
        ("[" * 100_000, "", "This is not JSON"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(browser, text, kind, says):
    answer = upload(browser, text, kind=kind)

    assert (answer.status_code, MetadataImport.objects.exists()) == (400, False)
    assert says in " ".join(answer.context["form"].errors["file"])


def test_what_is_no_text_and_no_file_is_refused_too(browser):
    binary = browser.post(PAGE, {"file": SimpleUploadedFile("x.json", b"\xff\xfe")})

    assert binary.context["form"].errors["file"] == ["This is not UTF-8 text."]
    assert browser.post(PAGE, {}).context["form"].errors["file"] == ["This field is required."]


def test_an_export_is_a_file_and_a_fact(browser):
    make_asset(description="Sales")

    whole, sheet = browser.get(f"{PAGE}export/"), browser.get(f"{PAGE}export/?kind=assets")

    assert whole["Content-Disposition"].endswith('.json"')
    assert whole.json()["assets"][0]["description"] == "Sales"
    assert sheet["Content-Disposition"].endswith('.csv"')
    assert Entry.objects.filter(action="metadata.exported").count() == 2


def test_proposing_needs_a_reason_and_a_discarded_import_is_gone(browser, ida):
    make_asset()
    batch = prepared(ida, written(assets=[{**ORDERS, "description": "Sales"}]))

    answer = browser.post(reverse("exchange:start", args=[batch.code]), {"propose": "on"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["reason"])
    browser.post(reverse("exchange:discard", args=[batch.code]))

    assert (MetadataImport.objects.count(), ImportRow.objects.count()) == (0, 0)


def test_an_import_is_its_authors_own(ida, signed_in):
    batch = prepared(ida, written(domains=[{"slug": "a", "name": "A"}]))
    other = signed_in(make_user("otto", "administrator"))

    for name in ("import", "report"):
        assert other.get(reverse(f"exchange:{name}", args=[batch.code])).status_code == 404
    for name in ("start", "discard"):
        assert other.post(reverse(f"exchange:{name}", args=[batch.code])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_an_import_costs_the_same_for_any_length(browser, ida, number, django_assert_num_queries):
    batch = prepared(ida, written(domains=[{"slug": f"d{at}", "name": f"D{at}"} for at in range(number)]))
    browser.get(batch.get_absolute_url())

    with django_assert_num_queries(10):
        browser.get(batch.get_absolute_url())


def test_programs_hand_in_a_file_look_at_it_and_start_it(ida, client):
    make_asset()
    said = {"Authorization": f"Bearer {make_token(ida)}"}
    text = written(assets=[{**ORDERS, "description": "Sales"}, {**ORDERS, "name": "none"}])

    wrong = client.post("/api/v1/metadata-imports/", {"document": "{"}, JSON, headers=said)
    made = client.post("/api/v1/metadata-imports/", {"document": text}, JSON, headers=said)
    path = f"/api/v1/metadata-imports/{made.json()['code']}/"
    batch = MetadataImport.objects.get()
    run_job(job_id=batch.preview_id)
    found = client.get(path, headers=said).json()
    begun = client.post(f"{path}start/", {}, JSON, headers=said)
    batch.refresh_from_db()
    run_job(job_id=batch.job_id)
    rows = client.get(f"{path}rows/", headers=said).json()["results"]
    export = client.get("/api/v1/metadata/export/", headers=said).json()
    sheet = client.get("/api/v1/metadata/export/?kind=assets", headers=said)

    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "document")
    assert (made.status_code, found["expected"]["change"], found["expected"]["wrong"]) == (201, 1, 1)
    assert begun.status_code == 202
    assert [row["state"] for row in rows] == ["done", "skipped"]
    assert export["assets"][0]["description"] == "Sales"
    assert "Sales" in sheet.text
    assert client.delete(path, headers=said).status_code == 409
    assert client.get("/api/v1/metadata/export/?kind=cars", headers=said).status_code == 400


NESTED = "[" * 480 + "]" * 480
ODD = {
    '{"slug": "a", "b\\u0000": 1}': "It holds a character that no text has.",
    '{"slug": "a", "b\\ud800": 1}': "It holds a character that no text has.",
    '{"slug": "a", "name": 1e999}': "It holds a number that is too large.",
    f'{{"slug": "a", "name": {NESTED}}}': "Too many lists and objects stand inside each other.",
}


@pytest.mark.parametrize("row", ODD)
def test_a_row_that_cannot_be_kept_is_wrong(browser, row):
    answer = upload(browser, f'{{"format": "govportal-metadata", "version": 1, "domains": [{row}]}}')

    assert answer.status_code == 302
    assert ODD[row] in browser.get(answer.url).text


def test_a_kind_that_is_no_text_is_named(browser):
    answer = upload(browser, '{"format": "govportal-metadata", "version": 1, "b\\ud800": []}')

    assert answer.status_code == 400
    assert r"Unknown: b\ud800." in answer.text
