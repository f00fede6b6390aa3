"""The same as JSON, with the same refusals."""

import pytest

from tests.build import make_asset, make_policy, make_user
from tests.catalog.history.conftest import table


@pytest.fixture
def orders(versions):
    asset = make_asset("shop.public.orders")
    versions(asset, table("id int", "email text"), table("id int", "email varchar(40)"))
    return asset


@pytest.fixture
def looks(vera, signed_in):
    return signed_in(vera)


def test_versions_are_listed_the_latest_first(looks, orders):
    answer = looks.get(f"/api/v1/assets/{orders.code}/versions/").json()

    assert answer["count"] == 2
    assert [(each["number"], each["event"], each["impact"]) for each in answer["results"]] == [
        (2, "changed", "breaking"),
        (1, "first", ""),
    ]
    assert answer["results"][0]["changes"] == [
        {
            "what": "type_changed",
            "impact": "breaking",
            "column": "email",
            "before": "text",
            "after": "varchar(40)",
            "withheld": False,
        }
    ]


def test_versions_are_filtered_by_impact(looks, orders):
    address = f"/api/v1/assets/{orders.code}/versions/"

    assert looks.get(f"{address}?impact=breaking").json()["count"] == 1
    assert looks.get(f"{address}?impact=strict").json()["count"] == 0
    refused = looks.get(f"{address}?impact=bad")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "impact")


def test_one_version_tells_the_asset_as_it_was(looks, orders):
    answer = looks.get(f"/api/v1/assets/{orders.code}/versions/1/").json()

    assert (answer["schema"], answer["withheld"]) == (table("id int", "email text"), [])
    assert looks.get(f"/api/v1/assets/{orders.code}/versions/3/").status_code == 404


def test_two_versions_are_compared_in_either_direction(looks, orders):
    there = looks.get(f"/api/v1/assets/{orders.code}/versions/compare/?from=1&to=2").json()
    back = looks.get(f"/api/v1/assets/{orders.code}/versions/compare/?from=2&to=1").json()

    assert (there["before"], there["after"], there["impact"]) == (1, 2, "breaking")
    assert (back["impact"], back["changes"][0]["after"]) == ("compatible", "text")


@pytest.mark.parametrize("asked", ["", "?from=1", "?from=a&to=2", "?from=0&to=2"])
def test_a_comparison_names_the_wrong_field(looks, orders, asked):
    refused = looks.get(f"/api/v1/assets/{orders.code}/versions/compare/{asked}")

    assert refused.status_code == 400
    assert {each["field"] for each in refused.json()["errors"]} <= {"from", "to"}


def test_a_comparison_with_no_such_version_is_not_found(looks, orders):
    address = f"/api/v1/assets/{orders.code}/versions/compare/?from=1&to=9"

    assert looks.get(address).status_code == 404


def test_the_latest_changes_of_all(looks, orders):
    answer = looks.get("/api/v1/changes/?impact=breaking").json()

    assert [(each["asset"], each["number"]) for each in answer["results"]] == [(str(orders.code), 2)]
    assert looks.get("/api/v1/changes/?domain=nothing").status_code == 400


@pytest.mark.parametrize("end", ["", "1/", "compare/?from=1&to=1"])
def test_what_is_hidden_has_no_versions(signed_in, orders, end):
    make_policy("others", {"attribute": "resource.name", "operator": "!=", "value": orders.name})
    browser = signed_in(make_user("lee", "viewer"))

    assert browser.get(f"/api/v1/assets/{orders.code}/versions/{end}").status_code == 404
    assert browser.get("/api/v1/changes/").json()["count"] == 0


def test_what_names_something_hidden_is_withheld(signed_in, versions):
    make_asset("hr.public.people")
    asset = make_asset("shop.public.orders")
    key = {"name": "k", "columns": ["c"], "target": "hr.public.people", "target_columns": ["id"]}
    versions(asset, table("c int"), table("c int", foreign_keys=[key], view_sql="people", inherits=["a"]))
    make_policy("shop", {"attribute": "resource.name", "operator": "starts_with", "value": "shop."})
    browser = signed_in(make_user("lee", "viewer"))

    answers = [
        browser.get(f"/api/v1/assets/{asset.code}/versions/{end}").json()
        for end in ("", "2/", "compare/?from=1&to=2")
    ]

    assert "people" not in str(answers)
    assert answers[1]["withheld"] == ["foreign_keys", "view_sql"]
    assert answers[1]["schema"]["inherits"] == ["a"]
    assert {each["what"]: each["withheld"] for each in answers[2]["changes"]} == {
        "foreign_key_added": True,
        "definition_changed": True,
        "inheritance_changed": False,
    }
