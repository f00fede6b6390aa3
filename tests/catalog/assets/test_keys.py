"""The tab of an asset's keys, and what other sources say of it."""

import pytest

from tests.build import make_asset, make_policy, make_user


@pytest.fixture
def vera_looks(vera, signed_in):
    return signed_in(vera)


def test_the_keys_of_a_table_stand_under_their_own_tab(vera_looks):
    index = {"name": "by_day", "columns": ["day"], "unique": True, "method": "btree"}
    facts = {"primary_key": ["id", "day"], "unique": [["email"]], "indexes": [index]}
    asset = make_asset(columns="id day email", facts=facts)

    page = vera_looks.get(f"{asset.get_absolute_url()}keys/")

    for text in ("id, day", "email", "by_day", "btree"):
        assert text in page.text
    assert [tab["label"] for tab in page.context["tabs"] if tab["current"]] == ["Keys"]
    assert "No keys" in vera_looks.get(f"{make_asset('shop.public.x').get_absolute_url()}keys/").text


def test_what_has_no_keys_has_no_such_tab(vera_looks):
    job = make_asset("nightly", kind="job", namespace="airflow")

    assert vera_looks.get(f"{job.get_absolute_url()}keys/").status_code == 404


DBT = {
    "source": "Project",
    "kind": "dbt",
    "comment": "One row a day",
    "columns": {"id": "The key"},
    "facts": {
        "view_sql": "SELECT * FROM salaries",
        "depends_on": ["hr.public.salaries"],
        "extra": {
            "path": "models/days.sql",
            "tags": ["daily", "core"],
            "meta": {"team": "data"},
            "tests": [
                {"name": "unique", "column": "id", "last_result": {"status": "pass"}},
                {"name": "relationships", "unique_id": "to_salaries", "arguments": {"to": "ref('salaries')"}},
            ],
        },
    },
}


def test_what_another_source_says_of_a_table_stands_beside_it(vera_looks):
    asset = make_asset(facts={"documented": {"some code": DBT}})

    page = vera_looks.get(asset.get_absolute_url())

    for text in ("Documented in Project", "One row a day", "models/days.sql", "daily, core", "relationships"):
        assert text in page.text


def test_what_another_source_says_tells_nothing_hidden(signed_in, db):
    make_asset("hr.public.salaries")
    asset = make_asset("shop.public.days", facts={"documented": {"some code": DBT}})
    make_policy("shop", {"attribute": "resource.name", "operator": "starts_with", "value": "shop."})
    browser = signed_in(make_user("lee", "viewer"))

    page = browser.get(asset.get_absolute_url()).text
    answer = browser.get(f"/api/v1/assets/{asset.code}/").json()

    assert ("relationships" in page, "salaries" in page) == (True, False)
    assert "salaries" not in str(answer)
    assert answer["withheld"] == ["view_sql", "depends_on", "tests"]
