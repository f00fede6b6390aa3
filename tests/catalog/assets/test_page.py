"""The page of an asset: what it shows, to whom, and at what cost."""

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now

from accesscontrol.web import door
from catalog.assets.models import Asset, Field, ForeignKey
from catalog.assets.panels import PANELS, Panel, add_panel
from tests.build import make_asset, make_policy, make_user, put_in_force
from tests.catalog.scratch import harvest, make_source


@pytest.fixture
def vera_looks(vera, signed_in):
    return signed_in(vera)


def test_a_table_shows_what_is_known_of_it(vera_looks):
    asset = make_asset(
        columns="id email",
        description="Whoever\nbought",
        harvested_description="clients",
        location="eu",
        sensitivity=2,
        row_estimate=12431,
        size_bytes=4096,
        facts={"owner": "dba", "unique": [["email"]], "kind": "partitioned", "partitions": 3},
    )
    Field.objects.filter(name="email").update(
        identity="email",
        sensitive=True,
        gdpr_sensitivity="high",
        description="Their <b>address</b>",
        validation_rules=[{"rule": "x"}],
    )

    page = vera_looks.get(asset.get_absolute_url())

    for text in (
        "Whoever<br>bought",
        "The source says",
        "clients",
        "eu",
        "Confidential",
        "12.4 k",
        "4.0",
        "Owner in the source",
        "dba",
        "Partitioned",
        "High GDPR",
        "Sensitive",
        "1 rule",
        "Their &lt;b&gt;address&lt;/b&gt;",
    ):
        assert text in page.text
    assert [field.name for field in page.context["columns"]] == ["id", "email"]
    assert " Edit<" not in page.text


def test_a_harvested_view_shows_its_definition_and_its_place(vera_looks, scratch_db):
    scratch_db.run("CREATE TABLE t (id int PRIMARY KEY)", "CREATE VIEW v AS SELECT id FROM t")
    harvest(make_source(scratch_db))
    view = Asset.objects.get(kind="view")

    page = vera_looks.get(view.get_absolute_url())

    assert "FROM public.t" in page.text.replace("\n", " ")
    assert [each.title for each in page.context["containers"]] == [scratch_db.name, "public"]


def test_a_schema_shows_what_stands_in_it(vera_looks, scratch_db):
    scratch_db.run("CREATE TABLE b (id int)", "CREATE TABLE a (id int)")
    harvest(make_source(scratch_db))

    page = vera_looks.get(Asset.objects.get(kind="schema").get_absolute_url())

    assert [each.title for each in page.context["page"]] == ["a", "b"]


def test_a_removed_asset_says_so(vera_looks):
    page = vera_looks.get(make_asset(removed_at=now()).get_absolute_url())

    assert "Its source no longer has it" in page.text


@pytest.mark.parametrize("end", ["", "activity/", "edit/", "quality/"])
def test_who_may_not_see_an_asset_cannot_tell_that_it_exists(ana, signed_in, end):
    asset = make_asset("hr.public.salaries", "amount")
    put_in_force([])
    make_policy("others", {"attribute": "resource.name", "operator": "!=", "value": "hr.public.salaries"})
    make_asset("hr.public.teams")

    response = signed_in(ana).get(asset.get_absolute_url() + end)

    assert response.status_code == 404
    assert "salaries" not in response.text


@pytest.mark.parametrize("said", [{"depends_on": ["hr.public.wages", "shop.public.items"]}, {}])
def test_a_view_over_something_hidden_does_not_show_what_it_reads(signed_in, db, said):
    make_asset("hr.public.wages")
    sql = {"view_sql": "SELECT * FROM wages", **said}
    view = make_asset("shop.public.open", kind="view", facts={"title": "open", **sql})
    make_policy("shop", {"attribute": "resource.name", "operator": "starts_with", "value": "shop."})
    browser = signed_in(make_user("lee", "viewer"))

    page = browser.get(view.get_absolute_url())
    answer = browser.get(f"/api/v1/assets/{view.code}/").json()

    assert ("wages" in page.text, "This view reads something that is hidden" in page.text) == (False, True)
    assert (answer["facts"], answer["withheld"]) == ({"title": "open"}, list(sql))


def test_a_view_shows_its_sql_to_who_sees_all_it_reads(vera_looks):
    make_asset("shop.public.items")
    facts = {"view_sql": "SELECT * FROM items", "depends_on": ["shop.public.items"]}
    view = make_asset("shop.public.open", kind="view", facts=facts)

    assert "SELECT * FROM items" in vera_looks.get(view.get_absolute_url()).text
    answer = vera_looks.get(f"/api/v1/assets/{view.code}/").json()
    assert (answer["facts"], answer["withheld"]) == (facts, [])


def test_a_foreign_key_does_not_tell_what_may_not_be_seen(signed_in, db):
    orders, secret = make_asset("shop.public.orders", "c"), make_asset("hr.public.wages", "id")
    open_one, hidden = make_asset("shop.public.items", "o"), make_asset("hr.public.bonus", "o")
    for name, source, target in (("a", orders, secret), ("b", open_one, orders), ("c", hidden, orders)):
        ForeignKey.objects.create(
            asset=source, target=target, name=name, columns=["x"], target_columns=["id"]
        )
    make_policy("shop", {"attribute": "resource.name", "operator": "starts_with", "value": "shop."})
    browser = signed_in(make_user("lee", "viewer"))

    page = browser.get(f"{orders.get_absolute_url()}keys/")

    assert "something that you may not see" in page.text
    assert "wages" not in page.text
    assert "bonus" not in page.text
    assert [key.asset.title for key in page.context["referenced_by"]] == ["items"]
    key = browser.get(f"/api/v1/assets/{orders.code}/").json()["foreign_keys"][0]
    assert key == {"columns": ["x"], "target": None, "target_name": None, "target_columns": []}


def test_a_missed_asset_says_when_it_would_be_removed(vera_looks):
    page = vera_looks.get(make_asset(missed_at=now(), modified_at=now()).get_absolute_url())

    assert "Data changed" in page.text
    assert "Not seen since" in page.text
    assert "removed when the next whole listing" in page.text


@pytest.mark.parametrize("number", [3, 300])
def test_a_page_costs_the_same_for_any_number_of_columns(ana, signed_in, number, django_assert_num_queries):
    asset = make_asset(columns=" ".join(f"c{at}" for at in range(number)))
    for at in range(number // 3):
        other = make_asset(f"shop.public.t{at}", "id")
        ForeignKey.objects.create(
            asset=asset, target=other, name=f"f{at}", columns=["c1"], target_columns=["id"]
        )
        ForeignKey.objects.create(
            asset=other, target=asset, name="back", columns=["id"], target_columns=["c1"]
        )
    browser = signed_in(ana)
    browser.get(asset.get_absolute_url())

    with django_assert_num_queries(19):
        browser.get(asset.get_absolute_url())
    with django_assert_num_queries(12):
        browser.get(f"{asset.get_absolute_url()}keys/")


@door("catalog.view_asset")
def fragment(request, code):
    return HttpResponse("<header><h2>Panel</h2></header>")


@pytest.fixture
def panel(settings):
    """Tabs of a floor above: one for tables, one for auditors."""
    settings.ROOT_URLCONF = "tests.catalog.assets.panel_urls"
    added = [
        Panel("Checks", "checks", "checks-panel", "catalog.view_asset", kinds=("table",)),
        Panel("Secret", "secret", "checks-panel", "accesscontrol.view_entry"),
    ]
    for each in added:
        add_panel(each)
    yield
    for each in added:
        PANELS.remove(each)


def test_upper_floors_add_tabs_by_their_address(vera_looks, panel):
    asset = make_asset()

    page = vera_looks.get(f"{asset.get_absolute_url()}checks/")

    current = [tab["label"] for tab in page.context["tabs"] if tab["current"]]
    assert current == ["Checks"]
    assert "Secret" not in [tab["label"] for tab in page.context["tabs"]]
    assert f'hx-get="/checks/{asset.code}/"' in page.text


@pytest.mark.parametrize("slug", ["secret", "nonsense"])
def test_a_tab_that_is_not_the_readers_is_not_there(vera_looks, panel, slug):
    assert vera_looks.get(f"{make_asset().get_absolute_url()}{slug}/").status_code == 404


def test_a_tab_of_another_kind_is_not_there(vera_looks, panel):
    asset = make_asset("nightly", kind="job", namespace="airflow")

    assert vera_looks.get(f"{asset.get_absolute_url()}checks/").status_code == 404


def test_a_strange_code_is_not_found(vera_looks):
    assert (
        vera_looks.get(reverse("catalog:asset", args=["00000000-0000-0000-0000-000000000000"])).status_code
        == 404
    )
