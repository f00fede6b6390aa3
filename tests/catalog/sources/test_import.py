"""Sources written down: in by page and API, all or none, and out again without their secrets."""

import json

import pytest
import yaml
from django.test import Client

from accesscontrol.audit.models import Entry
from accesscontrol.roles.services import create_role
from catalog.domains.services import save_domain
from catalog.sources.document import write
from catalog.sources.models import Source
from tests.build import make_token, make_user

SHOP = {
    "name": "Shop",
    "kind": "postgresql",
    "settings": {"host": "db.example.org", "database": "shop", "user": "reader"},
    "password": "s3cret-of-the-shop",
    "domain": "sales",
    "location": "eu",
    "schedule": "0 4 * * *",
    "fail_safe": 50,
}
DEPOT = {"name": "Depot", "kind": "mysql", "settings": {"host": "x", "database": "d", "user": "u"}}
PAGE, API = "/sources/import/", "/api/v1/sources/import/"


@pytest.fixture(autouse=True)
def sales(db):
    return save_domain(actor="tests", slug="sales", name="Sales")


@pytest.fixture
def paste(ana, signed_in):
    browser = signed_in(ana)
    return lambda data: browser.post(PAGE, {"document": data if isinstance(data, str) else write(data)})


@pytest.fixture
def send(client):
    def post(user, body, kind="application/yaml"):
        headers = {"Authorization": f"Bearer {make_token(user, 'write')}"}
        text = json.dumps(body) if kind.endswith("json") else body if isinstance(body, str) else write(body)
        return client.post(API, text, content_type=kind, headers=headers)

    return post


def outcomes(response):
    return [(row["name"], row["outcome"]) for row in response.json()]


def test_a_pasted_document_adds_its_sources_with_everything(paste):
    response = paste([SHOP, DEPOT])

    assert response.url == "/sources/"
    shop = Source.objects.get(name="Shop")
    assert (shop.settings, shop.domain.slug, shop.location) == (SHOP["settings"], "sales", "eu")
    assert (shop.schedule, shop.fail_safe, shop.open_secret()) == ("0 4 * * *", 50, SHOP["password"])
    assert shop.namespace == "postgres://db.example.org:5432"
    assert Source.objects.get(name="Depot").fail_safe == 20
    assert set(Entry.objects.filter(action="sources.saved").values_list("actor", flat=True)) == {"ana"}


@pytest.mark.parametrize("kind", ["application/yaml", "application/json"])
def test_the_same_again_changes_nothing_and_says_so(send, ana, kind):
    assert outcomes(send(ana, [SHOP, DEPOT], kind)) == [("Shop", "created"), ("Depot", "created")]
    logged = Entry.objects.filter(action="sources.saved").count()

    changed = {**DEPOT, "location": "us"}
    again = send(ana, {"sources": [SHOP, changed]}, kind)

    assert outcomes(again) == [("Shop", "unchanged"), ("Depot", "updated")]
    assert Entry.objects.filter(action="sources.saved").count() == logged + 1
    assert outcomes(send(ana, {**SHOP, "password": "another"}, kind)) == [("Shop", "updated")]
    assert outcomes(send(ana, {**SHOP, "password": None}, kind)) == [("Shop", "unchanged")]
    assert Source.objects.get(name="Shop").open_secret() == "another"


WRONG = [
    ({"kind": "abacus"}, "kind"),
    ({"kind": None}, "kind"),
    ({"settings": {"database": "shop", "user": "reader"}}, "settings.host"),
    ({"settings": {**SHOP["settings"], "port": "many"}}, "settings.port"),
    ({"settings": {**SHOP["settings"], "password": "here"}}, "settings.password"),
    ({"settings": "all"}, "settings"),
    ({"settings": {**SHOP["settings"], "host": "a\0b"}}, "settings"),
    ({"domain": "nowhere"}, "domain"),
    ({"location": 7}, "location"),
    ({"location": "x" * 101}, "location"),
    ({"schedule": "0 25 * * *"}, "schedule"),
    ({"fail_safe": 101}, "fail_safe"),
    ({"fail_safe": True}, "fail_safe"),
    ({"colour": "red"}, "colour"),
    ({"settings": {**SHOP["settings"], "host": "a" * 600}}, "settings.host"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_an_error_names_source_and_field_and_nothing_is_saved(send, paste, ana, change, field):
    document = [DEPOT, {**SHOP, **change}]

    response = send(ana, document)
    page = paste(document)

    assert [error["field"] for error in response.json()["errors"]] == [f"Shop.{field}"]
    assert (response.status_code, page.status_code) == (400, 400)
    (said,) = page.context["form"].errors["document"]
    assert said.startswith(f"Shop, {field}: ")
    assert not Source.objects.exists()


@pytest.mark.parametrize("name", ["  ", "\\ud800", "\\0"])
def test_a_name_that_nobody_could_read_is_refused(send, paste, ana, name):
    text = f'{{name: "{name}", kind: postgresql, settings: {{host: h}}, password: "{name}"}}'

    response, page = send(ana, text), paste(text)

    assert (response.status_code, page.status_code) == (400, 400)
    assert response.json()["errors"][0]["field"] == "source 1.name"
    assert page.context["form"].errors["document"][0].startswith("source 1, name: ")


def test_blanks_around_a_name_make_no_second_source(send, ana):
    send(ana, SHOP)

    assert outcomes(send(ana, {**SHOP, "name": " Shop "})) == [("Shop", "unchanged")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name: [", "This is not YAML in line"),
        ("a: &a [x]\nb: *a", "This is not YAML in line 2: references are not taken."),
        ("!!python/object/apply:os.system [ls]", "This is not YAML"),
        ("[" * 5000, "This is not YAML"),
        ("just words", "Write one source, or a list of them."),
        ("[]", "Write one source, or a list of them."),
        ("- 1", "source 1: Write a mapping"),
        ("sources: []", "Write one source, or a list of them."),
    ],
)
def test_what_is_no_document_is_refused(paste, send, ana, text, reason):
    (said,) = paste(text).context["form"].errors["document"]

    assert said.startswith(reason)
    assert send(ana, text).status_code == 400


def test_a_name_stands_once_in_a_document(send, ana):
    answer = send(ana, [DEPOT, {**SHOP, "name": "Depot"}]).json()

    assert [error["field"] for error in answer["errors"]] == ["Depot.name"]


def test_the_page_never_shows_a_password_again(paste, caplog):
    page = paste([{**SHOP, "kind": "abacus"}])
    broken = paste("password: s3cret-of-the-shop\nname: [")

    assert "db.example.org" in page.text
    for text in (page.text, broken.text, caplog.text):
        assert "s3cret" not in text
    paste([SHOP])
    assert "s3cret" not in "".join(Entry.objects.values_list("body", flat=True))


def test_a_stored_password_is_not_sent_elsewhere_by_a_document(send, ana):
    send(ana, SHOP)
    elsewhere = {**SHOP, "password": "", "settings": {**SHOP["settings"], "host": "evil.example.org"}}

    answer = send(ana, elsewhere)

    assert [error["field"] for error in answer.json()["errors"]] == ["Shop.password"]
    assert Source.objects.get().settings == SHOP["settings"]


def test_a_source_goes_out_without_its_secret_and_comes_back_unchanged(send, paste, ana, signed_in, client):
    send(ana, SHOP)
    source = Source.objects.get()
    headers = {"Authorization": f"Bearer {make_token(ana, 'read')}"}

    page = signed_in(ana).get(f"/sources/{source.code}/export/")
    as_yaml = client.get(
        f"/api/v1/sources/{source.code}/export/", headers={**headers, "Accept": "application/yaml"}
    )
    as_json = client.get(f"/api/v1/sources/{source.code}/export/", headers=headers)

    assert page["Content-Disposition"] == 'attachment; filename="shop.yaml"'
    expected = {key: value for key, value in SHOP.items() if key != "password"}
    assert yaml.safe_load(page.text) == yaml.safe_load(as_yaml.content) == as_json.json() == expected
    assert outcomes(send(ana, page.text)) == [("Shop", "unchanged")]
    hidden = client.get(
        "/api/v1/sources/00000000-0000-0000-0000-000000000000/export/",
        headers={**headers, "Accept": "application/yaml"},
    )
    assert (hidden.status_code, json.loads(hidden.content)["status"]) == (404, 404)


def test_who_may_only_add_does_not_change_what_is_there(send, ana, everybody_sees):
    create_role(name="adder", actor="tests", permissions=["catalog.view_source", "catalog.add_source"])
    abe = make_user("abe", "adder")
    send(ana, SHOP)

    assert [each["field"] for each in send(abe, [SHOP, DEPOT]).json()["errors"]] == ["Shop.name"]
    assert outcomes(send(abe, DEPOT)) == [("Depot", "created")]


def test_who_may_not_add_imports_nothing(send, vera, signed_in):
    assert send(vera, SHOP).status_code == 403
    assert signed_in(vera).post(PAGE, {"document": write(SHOP)}).status_code == 403


def test_a_document_that_is_far_too_large_is_told_beside_its_field(paste):
    long, longer = paste("x" * 1_000_001), paste("x" * 10_000_000)

    said = "Write at most 1,000,000 letters, and the other sources in a second document."
    assert (long.status_code, longer.status_code) == (400, 413)
    for page in (long, longer):
        assert page.context["form"].errors["document"] == [said]
        assert "maxlength" not in page.text


def test_a_document_needs_the_token_of_the_form(ana):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana)

    assert browser.post(PAGE, {"document": write(SHOP)}).status_code == 403
    assert not Source.objects.exists()


def test_the_page_and_the_api_fill_in_no_variable_and_take_none_for_text(send, paste, ana):
    body = {**SHOP, "password": "${SHOP_PASSWORD}"}

    shown, told = paste(body), send(ana, body)

    said = (
        "write the value of ${SHOP_PASSWORD} itself, or $${SHOP_PASSWORD} where just these letters are meant."
    )
    assert shown.status_code == told.status_code == 400
    assert said in shown.context["form"].errors["document"][0]
    assert said in str(told.json())
    assert not Source.objects.exists()


def test_a_text_like_a_variable_goes_out_and_comes_back(send, paste, ana, signed_in):
    assert outcomes(send(ana, {**SHOP, "location": "$${REGION}"})) == [("Shop", "created")]
    source = Source.objects.get()
    assert source.location == "${REGION}"

    file = signed_in(ana).get(f"/sources/{source.code}/export/").content.decode()

    assert "$${REGION}" in file
    paste(file)
    source.refresh_from_db()
    assert source.location == "${REGION}"


@pytest.mark.parametrize("depth", [300, 450, 700, 900])
def test_what_is_nested_very_deeply_is_refused(send, ana, depth):
    answer = send(ana, f'{{"name": {"[" * depth}{"]" * depth}}}', "application/json")

    assert answer.status_code == 400
