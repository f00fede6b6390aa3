"""Assets and fields through the API."""

import pytest

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset, Field
from catalog.domains.services import save_domain
from tests.build import make_asset, make_policy, make_token, make_user, put_in_force

URL = "/api/v1/assets/"
BODY = {
    "kind": "file",
    "namespace": "s3://lake",
    "name": "raw/customers.csv",
    "description": "Daily dump",
    "fields": [
        {"name": "id", "data_type": "integer", "is_key": True, "nullable": False},
        {
            "name": "email",
            "data_type": "string",
            "identity": "email",
            "validation_rules": [{"rule": "regex"}],
        },
    ],
}


@pytest.fixture
def call(ana, client):
    token = make_token(ana, "write")

    def send(method, path, body=None, status=200):
        kind = {} if method == "get" else {"content_type": "application/json"}
        response = getattr(client, method)(path, body, headers={"Authorization": f"Bearer {token}"}, **kind)
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    return send


def test_an_asset_is_registered_with_its_fields(call):
    save_domain(actor="tests", slug="sales", name="Sales")
    make_user("olga", "viewer")

    answer = call(
        "post", URL, {**BODY, "domain": "sales", "owner": "olga", "sensitivity": "confidential"}, 201
    )

    expected = {
        "kind": "file",
        "name": "raw/customers.csv",
        "title": "raw/customers.csv",
        "description": "Daily dump",
        "status": "active",
        "owner": "olga",
        "domain": "sales",
        "sensitivity": "confidential",
        "has_personal_data": True,
        "source": None,
        "version": 1,
    }
    assert {key: answer[key] for key in expected} == expected
    assert [(field["name"], field["position"], field["identity"]) for field in answer["fields"]] == [
        ("id", 1, ""),
        ("email", 2, "email"),
    ]
    assert call("get", f"{URL}{answer['code']}/") == answer
    assert Entry.objects.get(action="catalog.assets_registered").actor == "ana"
    assert [row["name"] for row in call("get", URL, {"q": "email"})["results"]] == ["raw/customers.csv"]


def test_a_name_is_taken_once(call):
    call("post", URL, BODY, 201)

    problem = call("post", URL, BODY, 409)

    assert problem["detail"] == "There is an asset of this namespace and name already."
    assert Asset.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "abacus"}, "kind"),
        ({"name": ""}, "name"),
        ({"namespace": None}, "namespace"),
        ({"owner": "nobody"}, "owner"),
        ({"domain": "nowhere"}, "domain"),
        ({"sensitivity": "enormous"}, "sensitivity"),
        ({"status": "melted"}, "status"),
        ({"fields": [{"data_type": "x"}]}, "fields.0.name"),
        ({"fields": [{"name": "a", "identity": "E Mail"}]}, "fields.0.identity"),
        ({"fields": [{"name": "a", "validation_rules": [1]}]}, "fields.0.validation_rules.0"),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, "fields"),
        ({"fields": "all"}, "fields.non_field_errors"),
    ],
)
def test_bad_input_is_named_by_its_field(call, change, field):
    problem = call("post", URL, {**BODY, **change}, 400)

    assert [error["field"] for error in problem["errors"]] == [field]
    assert not Asset.objects.exists()


def test_a_change_is_recorded_and_raises_the_version(call):
    asset = make_asset(description="Old")

    answer = call("patch", f"{URL}{asset.code}/", {"description": "New", "sensitivity": None, "version": 1})

    assert (answer["description"], answer["version"]) == ("New", 2)
    body = Entry.objects.get(action="catalog.asset_changed").body
    assert '"after":{"description":"New"}' in body


def test_a_stale_version_is_refused(call):
    asset = make_asset(description="Old", version=3)

    problem = call("patch", f"{URL}{asset.code}/", {"description": "New", "version": 2}, 409)

    assert problem["title"] == "Conflict"
    assert Asset.objects.get().description == "Old"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "melted"}, "status"),
        ({"version": "x"}, "version"),
        ({"location": "x" * 101}, "location"),
        ({"has_personal_data": True}, "has_personal_data"),
    ],
)
def test_a_bad_change_is_named_by_its_field(call, changes, field):
    asset = make_asset(columns="id")

    problem = call("patch", f"{URL}{asset.code}/", changes, 400)

    assert [error["field"] for error in problem["errors"]] == [field]


def test_what_a_source_says_cannot_be_changed_by_hand(call):
    asset = make_asset(harvested_description="The source's")

    call("patch", f"{URL}{asset.code}/", {"name": "other", "harvested_description": "Mine"})

    asset.refresh_from_db()
    assert (asset.name, asset.harvested_description) == ("shop.public.orders", "The source's")


def test_a_field_is_changed(call):
    field = Field.objects.get(asset=make_asset(columns="email"))

    answer = call("patch", f"/api/v1/fields/{field.code}/", {"identity": "email", "version": 1})
    stale = call("patch", f"/api/v1/fields/{field.code}/", {"identity": "", "version": 1}, 409)
    listed = call("get", f"{URL}{field.asset.code}/fields/")

    assert (answer["identity"], answer["version"]) == ("email", 2)
    assert stale["status"] == 409
    assert [(row["name"], row["identity"]) for row in listed] == [("email", "email")]
    assert Asset.objects.get().has_personal_data is True


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"orders", "v", "nightly"}),
        ({"kind": "view"}, {"v"}),
        ({"kind": ["view", "job"]}, {"v", "nightly"}),
        ({"status": "deprecated"}, {"v"}),
        ({"domain": "sales"}, {"orders"}),
        ({"owner": "olga"}, {"orders"}),
        ({"sensitivity": "restricted"}, {"orders"}),
        ({"sensitivity": "public"}, set()),
        ({"namespace": "airflow"}, {"nightly"}),
        ({"name": "shop.public.orders"}, {"orders"}),
        ({"q": "order"}, {"orders"}),
        ({"removed": "true"}, {"v"}),
        ({"updated_after": "2100-01-01T00:00:00Z"}, set()),
        ({"has_personal_data": "false"}, {"orders", "v", "nightly"}),
    ],
)
def test_the_list_is_filtered(call, query, found):
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    make_asset(domain=sales, owner=make_user("olga", "viewer"), sensitivity=3)
    make_asset("shop.public.v", kind="view", status="deprecated", removed_at="2026-01-01T00:00Z")
    make_asset("nightly", kind="job", namespace="airflow")

    assert {row["title"] for row in call("get", URL, query)["results"]} == found


@pytest.mark.parametrize(
    ("query", "field"),
    [({"kind": "abacus"}, "kind"), ({"source": "x"}, "source"), ({"updated_after": "soon"}, "updated_after")],
)
def test_a_filter_that_means_nothing_is_named(call, query, field):
    assert [error["field"] for error in call("get", URL, query, 400)["errors"]] == [field]


def test_policies_decide_here_too(client, db):
    orders, secret = make_asset(columns="id"), make_asset("hr.public.salaries", "amount")
    make_policy("shop", {"attribute": "resource.name", "operator": "starts_with", "value": "shop."})
    headers = {"Authorization": f"Bearer {make_token(make_user('lee', 'viewer'), 'read')}"}

    listed = client.get(URL, headers=headers).json()

    assert (listed["count"], listed["results"][0]["name"]) == (1, "shop.public.orders")
    assert client.get(f"{URL}{orders.code}/", headers=headers).status_code == 200
    for path in (
        f"{URL}{secret.code}/",
        f"{URL}{secret.code}/fields/",
        f"/api/v1/fields/{field_of(secret)}/",
    ):
        assert client.get(path, headers=headers).status_code == 404


def field_of(asset):
    return Field.objects.get(asset=asset).code


def test_seeing_is_not_changing(vera, client):
    put_in_force([])
    make_policy("all")
    asset = make_asset(columns="id")
    headers = {"Authorization": f"Bearer {make_token(vera)}"}

    for path in (f"{URL}{asset.code}/", f"/api/v1/fields/{field_of(asset)}/"):
        response = client.patch(path, {"description": "x"}, content_type="application/json", headers=headers)
        assert response.status_code == 403
    assert client.post(URL, BODY, content_type="application/json", headers=headers).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_any_length(vera, signed_in, number, django_assert_max_num_queries):
    for at in range(number):
        make_asset(f"shop.public.t{at}", owner=vera)
    browser = signed_in(vera)

    with django_assert_max_num_queries(9):
        browser.get(URL)
