"""The lineage page's client against the contract of its server: only the wire is played here."""

import json
from types import ModuleType, SimpleNamespace

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import include, path
from playwright.sync_api import expect

from lineage.graph.layout import layout

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
DOWN = {"orders": ["stg_orders", "secret"], "raw": ["orders"], "stg_orders": ["fct_orders"]} | {
    "fct_orders": [f"dash_{number}" for number in range(20)]
}
UP = {child: [parent for parent in DOWN if child in DOWN[parent]] for kids in DOWN.values() for child in kids}


class Server:
    """Answers as the real one does: depth by query, one `x` per opened side, `lim` above eight."""

    def __init__(self):
        self.asked = []
        self.sent = []
        self.broken = False

    def answer(self, route):
        request = route.request
        query = dict(pair.split("=", 1) for pair in request.url.split("?")[1].split("&"))
        self.asked.append(query)
        self.sent.append(request.post_data_json if request.method == "POST" else None)
        if self.broken:
            route.fulfill(status=503, content_type="application/problem+json", body='{"detail": "It rests."}')
        else:
            body = json.dumps(self.graph(query, self.sent[-1] or {}))
            route.fulfill(content_type="application/json", body=body)

    def graph(self, query, sent):
        self.opened = set(query["x"].replace("%2C", ",").split(","))
        limits = dict(pair.split("%3A") for pair in query["lim"].split("%2C") if pair)
        hops, more = {"orders": 0}, {}
        for way, near, sign, depth in (("d", DOWN, 1, int(query["down"])), ("u", UP, -1, int(query["up"]))):
            front = ["orders"]
            for hop in range(10):
                front = [node for node in front if hop < depth or node + way in self.opened]
                front = [kid for node in front for kid in self.kids(node, way, near, limits, more, hop, sign)]
                hops.update({node: (hop + 1) * sign for node in front if node not in hops})
        return self.paint(hops, more, sent, int(query["up"]), int(query["down"]))

    def kids(self, node, way, near, limits, more, hop, sign):
        found = near.get(node, [])
        limit = int(limits.get(node + way, 8))
        if len(found) > limit:
            more[f"more:{node}{way}"] = (node, way, len(found) - limit, (hop + 1) * sign)
        return found[:limit]

    def paint(self, hops, more, sent, up, down):
        every = hops | {name: hop for name, (*_, hop) in more.items()}
        edges = [
            (source, target) for source in DOWN for target in DOWN[source] if {source, target} <= hops.keys()
        ]
        places = layout(
            hops=every,
            edges=edges + [(node, name) for name, (node, *_) in more.items()],
            heights=dict.fromkeys(every, 48),
            previous=sent.get("y"),
            pin=sent.get("pin"),
            last=set(more),
        )
        nodes = [self.card(node, hop, hops, up, down) for node, hop in hops.items()]
        nodes += [
            {"id": name, "more_of": node, "dir": way, "hidden_count": count, "hop": hop, "h": 36}
            for name, (node, way, count, hop) in more.items()
        ]
        for node in nodes:
            node["x"], node["y"] = places[node["id"]]
        links = [{"s": s, "t": t, "jobs": [f"load_{t}"], "kind": "job"} for s, t in edges]
        return {"root": "orders", "nodes": nodes, "edges": links, "truncated": False}

    def card(self, node, hop, hops, up, down):
        hidden = node == "secret"
        return {
            "id": node,
            "label": "Hidden by policy" if hidden else node,
            "sub": None if hidden else "shop.public",
            "kind": None if hidden else "table",
            "domain": None,
            "hop": hop,
            "h": 48,
            "hidden": hidden,
            "removed": False,
            "url": None if hidden else f"/catalog/assets/{node}/",
            "panel": None if hidden else f"/lineage/{node}/panel/",
            "more": {"u": self.left(UP, node, hops), "d": self.left(DOWN, node, hops)},
            "open": {
                "u": (hop <= 0 and -hop < up) or node + "u" in self.opened,
                "d": (hop >= 0 and hop < down) or node + "d" in self.opened,
            },
            "status": "active",
            "quality": "fail" if node == "raw" else None,
        }

    def left(self, near, node, hops):
        return sum(kid not in hops for kid in near.get(node, []))


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def lineage(live, strict_page, server, settings):
    """Open the page of `orders` under the portal's policy; the rest of the portal is real."""
    own = ModuleType("urls_of_the_lineage_page")
    nothing = path("<str:code>/elements/", lambda request, code: HttpResponse(), name="elements")
    own.urlpatterns = [path("lineage/", include(([nothing], "lineage")))]
    real, settings.ROOT_URLCONF = settings.ROOT_URLCONF, own
    asset = SimpleNamespace(code="orders", title="orders", get_absolute_url="/catalog/assets/orders/")
    page = render_to_string("lineage/graph.html", {"asset": asset, "csrf_token": "a-token"})
    settings.ROOT_URLCONF = real
    headers = {"Content-Type": "text/html", "Content-Security-Policy": POLICY}
    strict_page.route("**/lineage/*/", lambda route: route.fulfill(body=page, headers=headers))
    strict_page.route("**/lineage/*/?*", lambda route: route.fulfill(body=page, headers=headers))
    strict_page.route("**/elements/?*", server.answer)
    strict_page.route("**/panel/", lambda route: route.fulfill(body="<p>Owner: Ana</p>"))

    def visit(query=""):
        strict_page.goto(f"{live.url}/lineage/orders/{query}")
        expect(strict_page.locator("#lineage")).to_have_attribute("data-ready", "1")
        return strict_page

    return visit


def rows(page):
    return page.locator("#lineage-rows tr td.name").all_inner_texts()


def says(page, text):
    expect(page.locator("#lineage-status")).to_have_text(text)


def press(page, *keys):
    page.locator("#cy").focus()
    for key in keys:
        page.keyboard.press(key)


def test_the_table_says_what_the_picture_shows(lineage):
    page = lineage()

    says(page, "4 assets, 3 links shown.")
    assert rows(page) == ["raw", "orders", "stg_orders", "Hidden by policy Ask for access"]


def test_depth_is_in_the_address_and_survives_a_reload(lineage):
    page = lineage()
    page.locator("#down").select_option("2")
    says(page, "5 assets, 4 links shown.")

    page.reload()

    says(page, "5 assets, 4 links shown.")
    assert page.locator("#down").input_value() == "2"
    assert page.url.endswith("?up=1&down=2")


def test_a_node_opens_by_keyboard_and_keeps_the_others_in_place(lineage, server):
    page = lineage()
    press(page, "ArrowLeft", "ArrowRight")  # the first arrow chooses the root
    says(page, "stg_orders: 1 upstream, 0 downstream shown.")

    press(page, "+")

    expect(page.locator("#lineage-rows tr")).to_have_count(5)
    assert server.asked[-1]["x"] == "stg_ordersd"
    assert server.sent[-1]["pin"] == "stg_orders"
    assert server.sent[-1]["y"].keys() == {"raw", "orders", "stg_orders", "secret"}


def test_what_was_opened_closes_again(lineage):
    page = lineage("?up=1&down=1&x=stg_ordersd")
    page.get_by_role("button", name="Show stg_orders in the picture").click()
    press(page, "-")

    expect(page.locator("#lineage-rows tr")).to_have_count(4)
    assert page.url.endswith("?up=1&down=1")


def test_a_side_that_the_depth_opened_closes_without_asking_the_server(lineage, server):
    page = lineage("?up=1&down=2")
    asked = len(server.asked)
    page.get_by_role("button", name="Show stg_orders in the picture").click()

    page.get_by_role("button", name="Hide downstream").click()

    expect(page.locator("#lineage-rows tr")).to_have_count(4)
    assert (len(server.asked), "c=stg_ordersd" in page.url) == (asked, True)


def test_a_hub_shows_eight_and_then_fifty_more(lineage):
    page = lineage("?up=0&down=3")
    expect(page.locator("#lineage-rows")).to_contain_text("12 more downstream of fct_orders, not shown")

    page.goto(page.url + "&lim=fct_ordersd:58")

    expect(page.locator("#lineage-rows")).not_to_contain_text("not shown")
    says(page, "24 assets, 23 links shown.")


def test_the_panel_brings_the_servers_words_and_makes_a_new_root(lineage):
    page = lineage()
    page.get_by_role("button", name="Show stg_orders in the picture").click()
    expect(page.locator("#lineage-panel")).to_contain_text("Owner: Ana")

    page.get_by_role("button", name="Make root").click()

    page.wait_for_url("**/lineage/stg_orders/?*")


def test_what_a_policy_hides_is_explained_and_may_be_asked_for(lineage):
    page = lineage()

    page.get_by_role("button", name="Show Hidden by policy in the picture").click()

    expect(page.locator("#lineage-panel")).to_contain_text("A policy hides this asset from you.")
    ask = page.locator("#lineage-panel a")
    assert ask.all_inner_texts() == ["Ask for access"]
    assert ask.get_attribute("href") == "/access/request/t/secret/"


def test_the_find_box_counts_and_walks(lineage):
    page = lineage("?up=1&down=3")

    page.fill("#find", "dash")
    expect(page.locator("#find-box output")).to_have_text("1/8")
    page.locator("[data-next]").click()

    expect(page.locator("#find-box output")).to_have_text("2/8")


def test_a_failure_is_said_and_can_be_tried_again(lineage, server, faults):
    page = lineage()
    server.broken = True
    page.locator("#up").select_option("2")
    expect(page.locator("#lineage-failure")).to_contain_text("It rests.")

    server.broken = False
    page.get_by_role("button", name="Try again").click()

    expect(page.locator("#lineage-failure")).to_be_hidden()
    assert len(faults) == 1  # the browser reports the 503
    faults.clear()


def test_the_picture_can_be_taken_away(lineage):
    page = lineage()

    with page.expect_download() as picture:
        page.get_by_role("button", name="PNG").click()

    assert picture.value.suggested_filename == "lineage-orders.png"
    assert picture.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_file_is_asked_for_as_the_page_is_seen(lineage):
    page = lineage("?up=0&down=2&removed=1")

    link = page.get_by_role("link", name="CSV").get_attribute("href")

    assert link == "/lineage/orders/?up=0&down=2&x=&lim=&jobs=0&removed=1&format=csv"


def test_an_earlier_day_is_asked_for_whole(lineage, server):
    page = lineage()

    page.fill("#at", "2026-11-01")

    expect(page.locator("#lineage")).to_have_attribute("data-ready", "2")
    assert server.asked[-1]["at"] == "2026-11-01+23%3A59%3A59"
    assert page.url.endswith("?up=1&down=1&at=2026-11-01")


@pytest.mark.parametrize("panel", [False, True])
def test_the_page_is_accessible(lineage, axe, faults, panel):
    page = lineage()
    if panel:
        press(page, "ArrowLeft")
        expect(page.locator("#lineage-panel")).to_contain_text("Owner: Ana")

    assert faults == []
    axe(page)
    faults.clear()  # axe writes inline styles of its own
