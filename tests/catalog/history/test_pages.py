"""The timeline of an asset, its versions as they were, any two of them compared, and all latest changes."""

import pytest
from django.utils.timezone import now

from catalog.assets.models import Asset
from catalog.domains.services import save_domain
from catalog.history.services import note_absences
from tests.build import make_asset, make_policy, make_user
from tests.catalog.history.conftest import table
from tests.catalog.scratch import harvest, make_source


@pytest.fixture
def looks(vera, signed_in):
    return signed_in(vera)


def words(page):
    return " ".join(page.text.split())


def test_a_timeline_tells_each_change_in_words_the_latest_first(looks, scratch_db):
    scratch_db.run("CREATE TABLE t (id int PRIMARY KEY, email text, born date)")
    source = make_source(scratch_db)
    harvest(source)
    scratch_db.run(
        "ALTER TABLE t ALTER email TYPE varchar(40), DROP born, ADD city text",
        "CREATE INDEX by_city ON t (city)",
        "COMMENT ON TABLE t IS 'Whoever bought'",
    )
    harvest(source)
    asset = Asset.objects.get(kind="table")

    page = looks.get(f"{asset.get_absolute_url()}history/")

    for text in (
        "Column email: text → character varying(40)",
        "Column born removed: date",
        "Column city added: text",
        "Index by_city added: (city), btree",
        "Comment changed",
        "Whoever bought",
        "Breaking",
        "First seen",
    ):
        assert text in words(page)
    assert [entry.version.number for entry in page.context["entries"]] == [2, 1]
    assert [tab["label"] for tab in page.context["tabs"] if tab["current"]] == ["History"]


def test_a_timeline_is_filtered_by_impact_and_paged(looks, versions):
    asset = make_asset()
    versions(asset, *(table("id int", f"c{at} text", comment=f"{at}") for at in range(30)))
    versions(asset, table("id int", "c29 text", comment="last"))

    page = looks.get(f"{asset.get_absolute_url()}history/?page=2")
    filtered = looks.get(f"{asset.get_absolute_url()}history/?impact=documentation")

    assert [entry.version.number for entry in page.context["entries"]] == [6, 5, 4, 3, 2, 1]
    assert [entry.version.number for entry in filtered.context["entries"]] == [31]
    assert looks.get(f"{asset.get_absolute_url()}history/?impact=strict").text.count("No such change") == 1
    assert len(looks.get(f"{asset.get_absolute_url()}history/?impact=nonsense").context["entries"]) == 25


def test_a_version_shows_the_asset_as_it_was(looks, versions):
    asset = make_asset(columns="id")
    first = table(
        "id int", "born date", primary_key=["id"], unique=[["born"]], owner="ops_it", comment="Then"
    )
    versions(asset, first, table("id int"))

    page = looks.get(f"{asset.get_absolute_url()}history/1/")

    for text in ("born", "date", "Primary key", "Unique", "ops_it", "Then", "The last version is 2"):
        assert text in page.text
    assert asset.versions.get(number=1).get_absolute_url() == f"{asset.get_absolute_url()}history/1/"
    assert looks.get(f"{asset.get_absolute_url()}history/3/").status_code == 404


def test_while_it_was_away_a_version_shows_what_was_known_last(looks, versions):
    asset = make_asset()
    versions(asset, table("id int", "born date"))
    for event in ("missing", "removed"):
        note_absences(event, [asset.pk], at=now(), harvest_id=None)

    page = looks.get(f"{asset.get_absolute_url()}history/3/")

    assert "Removed from its source" in page.text
    assert "what was known of it last" in page.text
    assert [each["name"] for each, _ in page.context["columns"]] == ["id", "born"]


def test_any_two_versions_are_compared_side_by_side(looks, versions):
    asset = make_asset()
    id_ = {"name": "id", "type": "int", "id": "1"}
    first = {"kind": "table", "columns": [id_, {"name": "a", "type": "text"}, {"name": "b", "type": "text"}]}
    last = {"kind": "table", "columns": [{**id_, "name": "key"}, {"name": "b", "type": "text"}]}
    versions(
        asset, first, table("id int"), {**last, "columns": [*last["columns"], {"name": "c", "type": "x"}]}
    )

    page = looks.get(f"{asset.get_absolute_url()}history/compare/?from=1&to=3")

    assert [(row.mark, row.before, row.after) for row in page.context["comparison"].rows] == [
        ("changed", ("id", "int"), ("key", "int")),
        ("same", ("b", "text"), ("b", "text")),
        ("added", None, ("c", "x")),
        ("removed", ("a", "text"), None),
    ]
    assert "<del>a</del>" in page.text
    assert "<ins>c</ins>" in page.text
    assert "Column key was renamed; it was id" in page.text


def test_without_numbers_the_last_two_are_compared(looks, versions):
    asset = make_asset()
    versions(asset, table("a int"), table("b int"), table("c int"))

    page = looks.get(f"{asset.get_absolute_url()}history/compare/")

    assert [each.number for each in page.context["versions"]] == [2, 3]
    same = looks.get(f"{asset.get_absolute_url()}history/compare/?from=2&to=2")
    assert "both versions say the same" in same.text


@pytest.mark.parametrize(
    ("asked", "status", "text"),
    [
        ("?from=1", 400, "This field is required"),
        ("?from=0&to=1", 400, "greater than or equal to 1"),
        ("?from=x&to=1", 400, "Enter a whole number"),
        ("?from=1&to=99999999999", 400, "less than or equal to"),
        ("?from=1&to=7", 404, ""),
    ],
)
def test_a_wrong_version_is_refused_beside_its_field(looks, versions, asked, status, text):
    asset = make_asset()
    versions(asset, table("a int"), table("b int"))

    page = looks.get(f"{asset.get_absolute_url()}history/compare/{asked}")

    assert page.status_code == status
    assert text in page.text


def test_an_asset_that_was_never_harvested_says_so(looks):
    asset = make_asset()

    assert "No version yet" in looks.get(f"{asset.get_absolute_url()}history/").text
    assert "No version yet" in looks.get(f"{asset.get_absolute_url()}history/compare/").text


def test_who_did_it_by_which_statement_stands_beside_the_change(ana, vera, signed_in, versions):
    asset = make_asset()
    cause = {"actor": "ops_it", "statement": "ALTER TABLE orders DROP born"}
    versions(asset, table("id int", "born date"))
    versions(asset, table("id int"), cause=cause)

    page, other = (signed_in(each).get(f"{asset.get_absolute_url()}history/").text for each in (ana, vera))

    assert "by <strong>ops_it</strong>" in page
    assert "ops_it" not in other  # she may not see sources, and so not who signs in there
    assert ("ALTER TABLE orders DROP born" in page, "ALTER TABLE orders DROP born" in other) == (True, True)


def test_which_harvest_saw_it_is_told_to_who_may_see_sources(ana, vera, signed_in, scratch_db):
    scratch_db.run("CREATE TABLE t (id int)")
    harvest(make_source(scratch_db))
    address = f"{Asset.objects.get(kind='table').get_absolute_url()}history/"

    assert "asked for" in signed_in(ana).get(address).text
    assert "asked for" not in signed_in(vera).get(address).text


@pytest.fixture
def hiding(db, versions, signed_in):
    """Lee sees the shop; what names the wages of HR is kept from him."""
    make_asset("hr.public.wages")
    view = make_asset("shop.public.open", kind="view")
    key = {"name": "fk_wages", "columns": ["c"], "target": "hr.public.wages", "target_columns": ["secret"]}
    before = table("c int", view_sql="SELECT 1", depends_on=["shop.public.items"])
    sql = {"view_sql": "SELECT * FROM wages", "depends_on": ["hr.public.wages"]}
    cause = {"actor": "ops_it", "statement": "CREATE VIEW open AS SELECT * FROM wages"}
    versions(view, before)
    versions(
        view, table("c int", "d int", foreign_keys=[key], inherits=["hr.public.wages"], **sql), cause=cause
    )
    make_policy("shop", {"attribute": "resource.name", "operator": "starts_with", "value": "shop."})
    return signed_in(make_user("lee", "viewer")), view


@pytest.mark.parametrize("end", ["", "2/", "compare/?from=1&to=2"])
def test_history_does_not_name_what_is_hidden(hiding, end):
    lee, view = hiding

    page = lee.get(f"{view.get_absolute_url()}history/{end}")

    assert page.status_code == 200
    assert ("wages" in page.text, "secret" in page.text) == (False, False)
    assert "hidden from you" in page.text
    assert "Column d added: int" in page.text


@pytest.mark.parametrize("end", ["", "2/", "compare/?from=1&to=2"])
def test_history_shows_all_to_who_sees_all(hiding, signed_in, end):
    make_policy("boss", {"attribute": "user.username", "operator": "==", "value": "boss"})

    page = signed_in(make_user("boss", "viewer")).get(f"{hiding[1].get_absolute_url()}history/{end}")

    assert "SELECT * FROM wages" in " ".join(page.text.replace("<ins>", "").replace("</ins>", "").split())
    assert "fk_wages" in page.text
    assert "hidden from you" not in page.text


@pytest.mark.parametrize("end", ["", "1/", "compare/"])
def test_the_history_of_what_is_hidden_does_not_exist(hiding, versions, end):
    lee, _ = hiding
    wages = Asset.objects.get(name="hr.public.wages")
    versions(wages, table("id int"))

    assert lee.get(f"{wages.get_absolute_url()}history/{end}").status_code == 404


@pytest.mark.parametrize("number", [2, 24])
def test_a_timeline_costs_the_same_for_any_number_of_versions(
    ana, signed_in, versions, number, django_assert_num_queries
):
    asset = make_asset()
    key = {"name": "k", "columns": ["a"], "target_columns": ["id"]}
    for at in range(number):
        versions(
            asset,
            table("a int", view_sql=f"{at}", foreign_keys=[{**key, "target": f"t{at}"}]),
            cause={"statement": f"SQL {at}"},
        )
    browser = signed_in(ana)
    address = f"{asset.get_absolute_url()}history/"
    browser.get(address)

    with django_assert_num_queries(13):
        browser.get(address)
    with django_assert_num_queries(10):
        browser.get("/catalog/changes/")


def test_latest_changes_are_those_of_visible_assets_and_can_be_filtered(hiding, versions):
    lee, _ = hiding
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    items = make_asset("shop.public.items", domain=sales)
    versions(items, table("id int", "born date"), table("id int"), table("id int", comment="x"))
    versions(Asset.objects.get(name="hr.public.wages"), table("a int"), table("b int"))

    def asked(query=""):
        page = lee.get(f"/catalog/changes/{query}")
        assert ("wages" in page.text, page.status_code) == (False, 200)
        return [(entry.version.asset.title, entry.version.number) for entry in page.context["entries"]]

    assert asked() == [("items", 3), ("items", 2), ("open", 2)]
    assert asked("?impact=breaking") == [("items", 2)]
    assert asked("?event=removed") == []
    assert asked("?domain=sales&impact=documentation") == [("items", 3)]
    assert asked("?impact=nonsense&domain=nothing") == asked()


def test_the_catalog_leads_to_the_changes(looks):
    assert 'href="/catalog/changes/"' in looks.get("/catalog/").text
