"""Sources written down: in by page and API, all or none, and out again without their secrets."""

import json

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.audit.models import Entry
from accesscontrol.roles.services import create_role
from catalog.domains.services import save_domain
from catalog.sources.document import WrongDocument, entries, filled, load, without_passwords, write
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


TEXTS = st.text("aB0 :#'\"{}[]-?%@`|>&*!~\n\té✓\x85\ufeff", min_size=1, max_size=8)
NAMES = TEXTS.map(str.strip).filter(bool)  # blanks around a name are no part of it
VALUES = st.one_of(TEXTS, st.integers(), st.lists(TEXTS, max_size=3))


ROWS = st.fixed_dictionaries(
    {"name": NAMES, "kind": NAMES, "settings": st.dictionaries(TEXTS, VALUES, max_size=3)},
    optional={"location": TEXTS, "domain": TEXTS, "fail_safe": st.integers(0, 100)},
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROWS, min_size=1, max_size=3, unique_by=lambda row: row["name"]))
def test_what_is_written_is_read_back(rows):
    found = entries(load(write(rows)))

    assert [(row.name, row.kind, row.settings) for row in found] == [
        (row["name"], row["kind"], row["settings"]) for row in rows
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["name", "password", "Password", "settings"]), TEXTS, min_size=1))
def test_no_password_survives_being_shown_again(row):
    row = {key: f"s3cret{value}" if key.lower() == "password" else value for key, value in row.items()}

    assert "s3cret" not in without_passwords(write([row])).replace("settings: s3cret", "")


def test_variables_are_filled_in_and_unknown_ones_named():
    data = {"password": "${SECRET}", "settings": {"host": "x-${HOST}", "include": ["$${HOST}", "$HOST"]}}

    assert filled(data, {"SECRET": "a: {b", "HOST": "h"}) == {
        "password": "a: {b",
        "settings": {"host": "x-h", "include": ["${HOST}", "$HOST"]},
    }
    with pytest.raises(WrongDocument) as caught:
        filled(data, {"HOST": "h"})
    assert str(caught.value) == "The variable SECRET is not set."


@pytest.mark.parametrize(
    "text",
    [
        "settings: {url: 'trino://ann:s3cret@db.example.org/hive'}",
        "settings: {url: 'trino://ann:a/b@s3cret@db.example.org/hive'}",
        "settings: {url: 'trino://ann@db.example.org/hive?auth_token=s3cret'}",
        "settings: {host: 'ann:s3cret@db.example.org'}",
        "# trino://ann:s3cret@db.example.org/hive\nname: Shop",
        "name: [trino://ann:s3cret@db.example.org/hive",
    ],
)
def test_no_password_of_an_address_survives_being_shown_again(text):
    assert "s3cret" not in without_passwords(text)


@pytest.mark.parametrize(
    "text",
    [
        "# ours\nsettings: {url: 'trino://ann@db.example.org:8080/hive'}",
        "name: Shop  # ask ann@example.org\nsettings: {endpoint: 'http://s3.example.org:9000'}",
        "settings: {url: 'postgresql://ann@db.example.org/shop?sslmode=require'}",
    ],
)
def test_a_document_without_passwords_is_shown_as_it_was(text):
    assert without_passwords(text) == text


@pytest.mark.parametrize("text", ["!!int ''", "!!float _", "!!bool x", "!!timestamp x"])
def test_a_value_that_is_not_of_its_tag_is_no_yaml(text):
    with pytest.raises(WrongDocument):
        load(text)
