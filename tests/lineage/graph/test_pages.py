"""The pages and endpoints of the graph answer as their client, and a person without scripts, expects."""

import csv
import io

import pytest

from catalog.assets.models import Field
from catalog.assets.panels import PANELS
from lineage.graph.edges import ColumnEdgeSpec
from lineage.graph.services import draw_column_edges
from tests.build import make_asset, make_token
from tests.lineage.graph.graphs import chain, draw, nodes


@pytest.fixture
def orders(alice):
    """orders → mart, loaded by a job, with a column edge."""
    orders = make_asset("shop.public.orders", "price", description="What people bought.", owner=alice)
    mart, load = make_asset("mart.sales", "total"), make_asset("load", kind="job")
    draw((orders, mart, load))
    price, total = Field.objects.order_by("pk").values_list("pk", flat=True)
    edge = ColumnEdgeSpec(price, total, transformation="DIRECT", subtype="AGGREGATION", masked=True)
    draw_column_edges(edges=[edge], actor="tests")
    return orders


def text(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_start_page_lists_the_most_connected_assets(alice_client, orders):
    hub, *others = nodes(4)
    draw(*((hub, each) for each in others))

    shown = text(alice_client.get("/lineage/"))

    assert shown.index(">n0<") < shown.index(">orders<")
    assert "4 links" in shown


def test_the_start_page_finds_assets_by_name(alice_client, orders):
    shown = text(alice_client.get("/lineage/?q=ORD"))

    assert (">orders<" in shown, ">mart<" in shown) == (True, False)
    assert "No asset of that name" in text(alice_client.get("/lineage/?q=nothing"))


def test_the_start_page_is_calm_without_lineage(alice_client):
    assert "No lineage yet" in text(alice_client.get("/lineage/"))


def test_the_graph_page_points_its_script_to_the_elements(alice_client, orders):
    assert f'data-elements="/lineage/{orders.code}/elements/"' in text(
        alice_client.get(f"/lineage/{orders.code}/")
    )


def test_the_table_says_the_same_as_the_picture(alice_client, orders):
    shown = text(alice_client.get(f"/lineage/{orders.code}/?format=table"))

    assert '<td class="num tight">1</td>' in shown
    assert (">sales</a>" in shown, "<td>load</td>" in shown) == (True, True)


def test_the_csv_is_safe_for_spreadsheets(alice_client):
    a, b = make_asset("=1+1"), make_asset("+cmd|' /C calc'!A0")
    draw((a, b))

    answer = alice_client.get(f"/lineage/{a.code}/?format=csv")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Hop", "Asset", "Kind", "Place", "Domain", "Via", "State"]
    assert [row[:3] for row in rows[1:]] == [["0", "'=1+1", "table"], ["1", "'+cmd|' /C calc'!A0", "table"]]
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("shape", ["elements/?", "?format=csv&"])
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("up=x", "up"),
        ("down=11", "down"),
        ("up=-1", "up"),
        ("x=nonsense", "x"),
        ("lim=7d:58", "lim"),
        ("jobs=2", "jobs"),
        ("at=never", "at"),
    ],
)
def test_nonsense_in_the_address_is_refused_by_field(alice_client, orders, shape, query, field):
    answer = alice_client.get(f"/lineage/{orders.code}/{shape}{query}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_nonsense_in_the_address_of_the_table_is_told_in_the_form(alice_client, orders):
    answer = alice_client.get(f"/lineage/{orders.code}/?format=table&up=99")

    assert (answer.status_code, "less than or equal to 10" in answer.content.decode()) == (400, True)


def test_a_post_of_positions_gives_the_same_picture_that_holds_still(alice_client, orders):
    url = f"/lineage/{orders.code}/elements/?up=1&down=1&x=&lim=&jobs=0&removed=0"
    first = alice_client.get(url).json()
    moved = {node["id"]: node["y"] + 100 for node in first["nodes"]}

    second = alice_client.post(
        url, {"y": moved, "pin": first["root"]}, content_type="application/json"
    ).json()

    assert {node["id"]: node["y"] for node in second["nodes"]} == moved


@pytest.mark.parametrize(
    "body", ["", "nonsense", "[]", '{"y": 5, "pin": {}}', '{"y": {"a": "b", "c": null, "d": true}}']
)
def test_nonsense_about_positions_is_forgotten(alice_client, orders, body):
    url = f"/lineage/{orders.code}/elements/"

    assert (
        alice_client.post(url, body, content_type="application/json").json() == alice_client.get(url).json()
    )


def test_the_panel_tells_facts_neighbours_jobs_and_columns(alice_client, orders):
    shown = text(alice_client.get(f"/lineage/{orders.code}/panel/"))

    assert "What people bought." in shown
    assert ">sales</a>" in shown
    assert "via load" in shown
    assert '<code>price</code> → <code>total</code> <span class="dim">aggregation, masked</span>' in shown


def test_the_tab_is_registered_and_links_to_the_graph(alice_client, orders):
    assert "lineage:tab" in [panel.url_name for panel in PANELS]
    assert f'href="/lineage/{orders.code}/"' in text(alice_client.get(f"/lineage/{orders.code}/tab/"))


def test_a_lonely_asset_says_so(alice_client):
    assert "No lineage known" in text(alice_client.get(f"/lineage/{make_asset('x').code}/tab/"))


def test_the_datasets_behind_a_model_are_one_click(alice_client):
    _, _, model = chain("a", "b", "c")
    model.kind = "model"
    model.save()

    shown = text(alice_client.get(f"/lineage/{model.code}/behind/"))

    assert "2 datasets, however far upstream." in shown


@pytest.mark.parametrize(
    "path", ["", "elements/", "panel/", "tab/", "behind/", "?format=csv", "?format=table"]
)
def test_strangers_are_sent_to_sign_in(client, orders, path):
    answer = client.get(f"/lineage/{orders.code}/{path}")

    assert (answer.status_code, answer["Location"][:15]) == (302, "/account/login/"[:15])


def test_who_has_no_role_is_refused(client, orders):
    from tests.build import make_user

    client.force_login(make_user("charlie"))

    assert client.get(f"/lineage/{orders.code}/elements/").status_code == 403


def test_the_api_gives_the_same_picture(alice, alice_client, client, orders):
    query = "up=2&down=2&jobs=1"
    headers = {"Authorization": f"Bearer {make_token(alice, 'read')}"}

    given = client.get(f"/api/v1/lineage/graph/{orders.code}/?{query}", headers=headers).json()

    assert given == alice_client.get(f"/lineage/{orders.code}/elements/?{query}").json()


def test_the_api_names_a_bad_field(alice_client, orders):
    for path, field in (
        ("graph/{}/?up=x", "up"),
        ("{}/upstream/?depth=0", "depth"),
        ("{}/downstream/?at=x", "at"),
    ):
        answer = alice_client.get(f"/api/v1/lineage/{path.format(orders.code)}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_the_api_lists_what_is_downstream(alice_client, orders):
    assert alice_client.get(f"/api/v1/lineage/{orders.code}/downstream/").json() == {
        "assets": [
            {
                "hop": 1,
                "asset": alice_client.get(f"/lineage/{orders.code}/elements/").json()["edges"][0]["t"],
                "name": "mart.sales",
                "kind": "table",
                "status": "active",
            }
        ],
        "hidden": 0,
        "truncated": False,
    }


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("", 9),
        ("elements/?down=3", 12),
        ("?format=table&down=3", 14),
        ("?format=csv&down=3", 14),
        ("panel/", 13),
        ("tab/", 13),
        ("behind/", 12),
    ],
)
def test_pages_cost_the_same_for_5_and_for_500_edges(
    alice_client, path, queries, django_assert_max_num_queries
):
    few = nodes(6)
    draw(*((few[0], each) for each in few[1:]), (few[1], few[0]))
    many = [make_asset(f"m{number}") for number in range(501)]
    draw(*((many[at // 9], many[at]) for at in range(1, 501)), *((many[at], many[0]) for at in range(1, 50)))

    def cost(asset):
        with django_assert_max_num_queries(queries) as context:
            assert alice_client.get(f"/lineage/{asset.code}/{path}").status_code == 200
        return len(context)

    alice_client.get("/lineage/")  # the first request compiles the policies
    assert cost(few[0]) == cost(many[0])


def test_the_start_page_costs_the_same_for_1_and_for_60_edges(alice_client, django_assert_max_num_queries):
    def cost(edges):
        a, *others = [make_asset(f"e{edges}.{number}") for number in range(edges + 1)]
        draw(*((a, each) for each in others))
        with django_assert_max_num_queries(16) as context:
            alice_client.get("/lineage/")
        return len(context)

    alice_client.get("/lineage/")  # the first request compiles the policies
    assert cost(1) == cost(60)
