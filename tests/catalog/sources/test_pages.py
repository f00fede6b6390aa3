"""Adding, testing, harvesting and changing a source in the browser."""

import pytest
from django.core.validators import MaxLengthValidator
from django.urls import reverse

from accesscontrol.audit.models import Entry
from catalog.connectors.registry import KINDS
from catalog.sources.models import Source
from stewardship.jobs.models import Job
from tests.build import make_user
from tests.catalog.liar import refusing_server
from tests.catalog.scratch import harvest, login_role, make_source

FORM = {
    "name": "Shop",
    "host": "127.0.0.1",
    "port": "5432",
    "database": "shop",
    "user": "reader",
    "password": "s3cret-of-the-shop",
    "sslmode": "prefer",
    "statement_timeout": "60",
    "connect_timeout": "2",
    "fail_safe": "20",
}
ADD = "/sources/add/?kind=postgresql"


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def test_the_form_asks_what_the_connector_needs(ana, signed_in):
    page = signed_in(ana).get(ADD)

    assert list(page.context["form"].fields)[:6] == [
        "name",
        "host",
        "port",
        "database",
        "databases",
        "user",
    ]
    assert 'type="password"' in page.text


def test_a_source_is_added_and_its_secret_is_not_shown(ana, signed_in):
    browser = signed_in(ana)

    response = browser.post(ADD, {**FORM, "include": "sales\nhr.*"})

    source = Source.objects.get()
    assert response.url == source.get_absolute_url()
    assert source.settings == {
        "host": "127.0.0.1",
        "port": 5432,
        "database": "shop",
        "user": "reader",
        "sslmode": "prefer",
        "include": ["sales", "hr.*"],
        "statement_timeout": 60,
        "connect_timeout": 2,
    }
    assert source.namespace == "postgres://127.0.0.1:5432"
    assert source.open_secret() == "s3cret-of-the-shop"
    page = browser.get(source.get_absolute_url()).text
    assert "Stored, encrypted" in page
    for text in (page, browser.get(reverse("sources:edit", args=[source.code])).text):
        assert "s3cret-of-the-shop" not in text
        assert source.secret_token not in text


def test_the_log_knows_of_the_source_but_not_of_its_secret(ana, signed_in):
    signed_in(ana).post(ADD, FORM)

    entry = Entry.objects.get(action="sources.saved")
    assert (entry.actor, entry.object_id) == ("ana", str(Source.objects.get().code))
    assert "s3cret-of-the-shop" not in entry.body
    assert '"new_secret":true' in entry.body


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"host": ""}, "host", "This field is required."),
        ({"port": "many"}, "port", "Enter a whole number."),
        ({"port": "99999"}, "port", "Write a number from 1 to 65535."),
        ({"name": ""}, "name", "This field is required."),
        ({"host": "postgres://x"}, "host", "Write one host name only, without scheme, user, path or list."),
        ({"host": "a" * 600}, "host", "Write a host name of at most 253 letters"),
        ({"host": "db\u202e.example.org"}, "host", "Write a host name of at most 253 letters"),
        ({"sslmode": "sometimes"}, "sslmode", "Select a valid choice."),
        ({"schedule": "0 25 * * *"}, "schedule", "“25” is no hour: it goes from 0 to 23."),
        ({"fail_safe": "101"}, "fail_safe", "Ensure this value is less than or equal to 100."),
    ],
)
def test_bad_input_is_named_by_its_field(ana, signed_in, change, field, message):
    response = signed_in(ana).post(ADD, {**FORM, **change})

    assert response.status_code == 400
    found = errors(response)
    assert list(found) == [field]
    assert found[field][0].startswith(message)
    assert not Source.objects.exists()


def test_what_is_wrong_with_no_field_of_the_form_stands_above_it(ana, signed_in, monkeypatch):
    monkeypatch.setattr(Source._meta.get_field("namespace"), "validators", [MaxLengthValidator(5)])

    response = signed_in(ana).post(ADD, FORM)

    assert response.status_code == 400
    assert list(errors(response)) == ["__all__"]


def test_the_kinds_are_shown_with_what_is_missing(ana, signed_in, monkeypatch):
    monkeypatch.setattr("catalog.connectors.mysql.settings.DRIVER_NAME", "no_such_library")

    page = signed_in(ana).get("/sources/add/")

    kinds = {kind.key: kind for kind in page.context["kinds"]}
    assert set(kinds) == set(KINDS)
    assert kinds["postgresql"].about in page.text
    assert "pip install" in kinds["mysql"].missing
    assert "?kind=postgresql" in page.text
    assert "?kind=mysql" not in page.text
    assert signed_in(ana).post("/sources/add/", FORM).status_code == 400


def test_an_unknown_kind_is_named(ana, signed_in):
    response = signed_in(ana).get("/sources/add/", {"kind": "abacus"})

    assert response.status_code == 400
    assert "abacus is not one of the available choices" in response.text


def test_two_sources_of_one_name_are_refused(ana, signed_in):
    browser = signed_in(ana)
    browser.post(ADD, FORM)

    response = browser.post(ADD, FORM)

    assert errors(response) == {"name": ["Source with this Name already exists."]}


@pytest.mark.parametrize(
    ("kind", "field", "address"),
    [
        ("sqlalchemy", "url", "trino://ann:another-s3cret@db.example.org/hive"),
        ("sqlalchemy", "url", "trino://ann@db.example.org/hive?access_token=another-s3cret"),
        ("sqlalchemy", "url", "trino://ann:another@s3cret@db.example.org/hive"),
        ("sqlalchemy", "url", "trino://ann@db.example.org/hive?password=another&s3cret"),
        ("sqlalchemy", "url", 'trino://ann@db.example.org/hive?http_headers={"Authorization":"s3cret"}'),
        ("sqlalchemy", "url", "trino://ann%3Aanother-s3cret@db.example.org/hive"),
        ("sqlalchemy", "url", "trino://ann@db.example.org/hive;password=another-s3cret"),
        ("sqlalchemy", "url", "trino://ann@db.example.org/hive?options=-cpassword%3Ds3cret"),
        ("sqlalchemy", "url", "oracle://ann/another-s3cret@db.example.org/hive"),
        ("postgresql", "host", "ann:another-s3cret@db.example.org"),
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown_again(ana, signed_in, kind, field, address):
    response = signed_in(ana).post(f"/sources/add/?kind={kind}", {**FORM, field: address})

    assert response.status_code == 400
    assert field in errors(response)
    assert "s3cret" not in response.text
    assert "db.example.org" in response.text


def test_an_empty_password_keeps_the_stored_one(ana, signed_in):
    browser = signed_in(ana)
    browser.post(ADD, FORM)
    source = Source.objects.get()

    browser.post(reverse("sources:edit", args=[source.code]), {**FORM, "password": "", "database": "mall"})

    source.refresh_from_db()
    assert (source.settings["database"], source.open_secret()) == ("mall", "s3cret-of-the-shop")


@pytest.mark.parametrize("change", [{"host": "evil.example.org"}, {"port": "6543"}])
def test_a_stored_password_is_not_sent_to_another_server(ana, signed_in, change):
    browser = signed_in(ana)
    browser.post(ADD, FORM)
    source = Source.objects.get()

    response = browser.post(reverse("sources:edit", args=[source.code]), {**FORM, "password": "", **change})

    assert list(errors(response)) == ["password"]
    assert errors(response)["password"][0].startswith("The address changed")


def test_testing_says_who_answered(ana, signed_in, scratch_db):
    source = make_source(scratch_db)

    response = signed_in(ana).post(reverse("sources:test", args=[source.code]))

    assert response.status_code == 200
    assert "The source answers" in response.text
    assert Entry.objects.filter(action="sources.tested", actor="ana").count() == 1


def test_what_the_role_lacks_is_shown_with_the_statement_that_helps(ana, signed_in, scratch_db):
    scratch_db.run("CREATE TABLE pay (id int)")
    with login_role() as reader:
        source = make_source(scratch_db, settings={"user": reader})
        response = signed_in(ana).post(reverse("sources:test", args=[source.code]))

    assert "Read schema “public” of" in response.text
    grant = f"GRANT SELECT ON ALL TABLES IN SCHEMA &quot;public&quot; TO &quot;{reader}&quot;;"
    assert grant in response.text
    assert response.text.count("Missing") == 1


def test_a_wrong_password_is_shown_beside_the_password(ana, signed_in, caplog):
    with refusing_server() as port:
        browser = signed_in(ana)
        browser.post(ADD, {**FORM, "port": str(port)})
        source = Source.objects.get()
        response = browser.post(reverse("sources:test", args=[source.code]), headers={"HX-Request": "true"})
        job = harvest(source)

    wrong = f"The server at 127.0.0.1:{port} refused the password of user “reader”."
    assert wrong in response.text
    assert (job.state, job.message) == ("failed", wrong)
    assert (source.state, source.error, source.error_field) == ("failed", wrong, "password")
    settings = {row.label: row.error for row in browser.get(source.get_absolute_url()).context["settings"]}
    assert {label for label, error in settings.items() if error} == {"Password"}
    everything = caplog.text + response.text + job.log + "".join(Entry.objects.values_list("body", flat=True))
    assert "s3cret-of-the-shop" not in everything


def test_only_the_answer_is_sent_to_htmx(ana, signed_in, scratch_db):
    source = make_source(scratch_db)

    response = signed_in(ana).post(
        reverse("sources:test", args=[source.code]), headers={"HX-Request": "true", "HX-Target": "answer"}
    )

    assert response.text.strip().startswith('<div id="answer"')


def test_harvest_now_queues_one_job(ana, signed_in, scratch_db):
    source = make_source(scratch_db)
    browser = signed_in(ana)

    browser.post(reverse("sources:harvest", args=[source.code]))
    browser.post(reverse("sources:harvest", args=[source.code]))

    job = Job.objects.get()
    assert (job.kind, job.subject, job.actor) == ("catalog.harvest", f"source:{source.code}", "ana")
    page = browser.get(source.get_absolute_url())
    assert page.context["busy"] is True
    assert 'hx-trigger="every 2s"' in page.text


def test_a_page_stops_asking_when_the_harvest_is_over(ana, signed_in, scratch_db):
    source = make_source(scratch_db)
    harvest(source)

    response = signed_in(ana).get(
        source.get_absolute_url(), headers={"HX-Request": "true", "HX-Target": "state"}
    )

    assert response.status_code == 286
    assert "hx-trigger" not in response.text


@pytest.mark.parametrize("path", ["/sources/", ADD])
def test_who_only_looks_at_assets_sees_no_sources(vera, signed_in, path):
    assert signed_in(vera).get(path).status_code == 403


def test_an_auditor_sees_a_source_but_cannot_act_on_it(signed_in, scratch_db, everybody_sees):
    source = make_source(scratch_db)
    browser = signed_in(make_user("otto", "auditor"))

    assert browser.get(source.get_absolute_url()).status_code == 200
    assert "Harvest now" not in browser.get(source.get_absolute_url()).text
    for name in ("edit", "test", "harvest", "remove"):
        assert browser.post(reverse(f"sources:{name}", args=[source.code])).status_code == 403
