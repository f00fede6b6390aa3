"""What policies hide keeps its place in the graph, and nothing of it leaves the portal."""

import re

import pytest

from accesscontrol.display.stubs import Stubs
from catalog.assets.models import Asset, Field
from lineage.graph.edges import ColumnEdgeSpec
from lineage.graph.models import Edge
from lineage.graph.reads import neighbourhood, upstream_datasets
from lineage.graph.services import draw_column_edges
from lineage.graph.wish import Side, Wish
from tests.build import make_asset, make_policy, make_token, make_user
from tests.lineage.graph.graphs import draw


@pytest.fixture
def vault(db):
    """orders → SECRET table → report, by a SECRET job; a second SECRET table writes into orders."""
    assets = {
        "orders": make_asset("shop.public.orders", "id", domain=None),
        "table": make_asset("vault.hr.salaries_k7", "wage_k7", location="vault", description="described_k7"),
        "source": make_asset("vault.hr.bonus_k7", location="vault"),
        "report": make_asset("mart.report", "total"),
        "job": make_asset("payroll_k7", kind="job", location="vault"),
        "load": make_asset("load", kind="job"),
    }
    draw(
        (assets["orders"], assets["table"], assets["job"]),
        (assets["table"], assets["report"], assets["load"]),
        (assets["orders"], assets["report"], assets["job"]),
        (assets["source"], assets["orders"], assets["job"]),
    )
    fields = {field.name: field.pk for field in Field.objects.all()}
    draw_column_edges(
        edges=[
            ColumnEdgeSpec(fields["wage_k7"], fields["total"]),
            ColumnEdgeSpec(fields["id"], fields["wage_k7"]),
        ],
        actor="tests",
    )
    return assets


VAULT = {"attribute": "resource.location", "operator": "==", "value": "vault"}
SECRETS = ("_k7", "vault", "payroll", "salaries", "hr.")
PAGES = [
    "",
    "?format=table&up=3&down=3",
    "?format=csv&up=3&down=3",
    "?format=table&jobs=1",
    "elements/?up=3&down=3",
    "elements/?up=3&down=3&jobs=1",
    "elements/?removed=1",
    "panel/",
    "tab/",
    "behind/",
]


def leaks(text, assets):
    hidden = [assets[name] for name in ("table", "source", "job")]
    codes = [str(asset.code) for asset in hidden]
    return [word for word in (*SECRETS, *codes) if word in text]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("name", ["orders", "report"])
def test_no_page_about_a_visible_asset_names_a_hidden_one(alice_client, vault, name, path):
    answer = alice_client.get(f"/lineage/{vault[name].code}/{path}")

    assert answer.status_code == 200
    assert leaks(answer.content.decode(), vault) == []


@pytest.mark.parametrize("path", ["graph/{}/?up=3&down=3&jobs=1", "{}/upstream/", "{}/downstream/"])
def test_no_endpoint_about_a_visible_asset_names_a_hidden_one(client, alice, vault, path):
    headers = {"Authorization": f"Bearer {make_token(alice, 'read')}"}

    answer = client.get(f"/api/v1/lineage/{path.format(vault['orders'].code)}", headers=headers)

    assert answer.status_code == 200
    assert leaks(answer.content.decode(), vault) == []


@pytest.mark.parametrize("path", ["/lineage/", "/lineage/?q=k7", "/lineage/?q=salaries", "/lineage/runs/"])
def test_the_lists_name_no_hidden_asset_except_in_the_readers_own_words(alice_client, vault, path):
    text = alice_client.get(path).content.decode()

    said = path.partition("q=")[2]
    assert [word for word in leaks(text, vault) if said not in word and word not in said] == []
    assert "salaries_k7" not in text


@pytest.mark.parametrize("path", PAGES)
def test_a_hidden_asset_has_no_page_of_its_own(alice_client, vault, path):
    assert alice_client.get(f"/lineage/{vault['table'].code}/{path}").status_code == 404


def test_the_shape_is_shown_and_the_way_goes_on_through_what_is_hidden(alice, vault):
    found = neighbourhood(reader=alice, asset=vault["orders"], wish=Wish(down=2))

    assert [(node["label"], node["hop"], node["hidden"]) for node in found["nodes"]] == [
        ("orders", 0, False),
        ("Hidden by policy", 1, True),
        ("report", 1, False),
        ("Hidden by policy", -1, True),
    ]
    hidden = found["nodes"][1]
    assert {key: hidden[key] for key in ("sub", "kind", "domain", "url", "panel", "status", "quality")} == {
        "sub": "",
        "kind": None,
        "domain": None,
        "url": None,
        "panel": None,
        "status": None,
        "quality": None,
    }
    assert len(found["edges"]) == 4
    assert sorted(name for edge in found["edges"] for name in edge["jobs"]) == ["load"]


def test_a_hidden_node_keeps_its_id_and_can_be_opened(alice, vault):
    first = neighbourhood(reader=alice, asset=vault["orders"], wish=Wish(down=1))
    [hidden] = [node for node in first["nodes"] if node["hidden"] and node["hop"] == 1]
    assert hidden["more"] == {"u": 0, "d": 0}  # report is in the picture already

    draw((vault["table"], make_asset("mart.other")))
    opened = Wish(down=1, opened=frozenset({Side(hidden["id"], "d")}))
    second = neighbourhood(reader=alice, asset=vault["orders"], wish=opened)

    assert {node["label"]: node["hop"] for node in second["nodes"] if not node["hidden"]} == {
        "orders": 0,
        "report": 1,
        "other": 2,
    }
    assert hidden["id"] in {node["id"] for node in second["nodes"]}


def test_two_readers_know_a_hidden_node_by_different_ids_and_nobody_can_make_one():
    one, two = Stubs("secret", 1), Stubs("secret", 2)

    assert one.id_of(7) != two.id_of(7)
    assert (one.row_of(one.id_of(7)), one.row_of(two.id_of(7))) == (7, None)
    assert (one.row_of("hidden-7"), one.row_of("hidden-" + "0" * 32), one.row_of("")) == (None, None, None)
    assert Stubs("other secret", 1).row_of(one.id_of(7)) is None


def test_the_code_of_a_hidden_asset_opens_nothing(alice, vault):
    """Whoever knows the code from elsewhere learns no more than who does not."""
    plain = neighbourhood(reader=alice, asset=vault["orders"], wish=Wish())
    guessed = Wish(
        opened=frozenset({Side(str(vault["table"].code), "d"), Side(str(vault["source"].code), "u")})
    )

    assert neighbourhood(reader=alice, asset=vault["orders"], wish=guessed) == plain


def test_what_lies_behind_is_counted_and_not_named(alice, vault):
    found = upstream_datasets(reader=alice, asset=vault["report"])

    assert ([one.card.name for one in found.found], found.hidden) == (["shop.public.orders"], 2)


def stubs_of(reader, asset, **wish):
    return [
        node
        for node in neighbourhood(reader=reader, asset=asset, wish=Wish(**wish))["nodes"]
        if node.get("hidden")
    ]


def test_a_stub_does_not_count_what_lies_behind_it(alice, vault):
    draw(*((vault["source"], make_asset(f"mart.copy{at}")) for at in range(15)))
    hidden = stubs_of(alice, vault["orders"], up=1, down=0)

    assert [node["more"] for node in hidden] == [{"u": 0, "d": 1}]

    id = hidden[0]["id"]
    opened = neighbourhood(reader=alice, asset=vault["orders"], wish=Wish(up=1, opened=(Side(id, "d"),)))
    counts = [node["hidden_count"] for node in opened["nodes"] if node.get("more_of") == id]
    assert counts == [None]


def test_who_may_discover_sees_name_and_owner_and_no_more(alice, vault):
    owner = make_user("olga", "viewer", full_name="Olga Owner")
    Asset.objects.filter(pk=vault["table"].pk).update(owner=owner)
    make_policy("vault", VAULT, effect="forbid", on_missing="skip", actions=["view", "change"])
    salaries = {"attribute": "resource.name", "operator": "contains", "value": "salaries"}
    make_policy("names", salaries, actions=["discover"])

    (known,) = [
        node for node in stubs_of(alice, vault["orders"], down=1) if node["label"] != "Hidden by policy"
    ]

    assert (known["label"], known["sub"]) == ("vault.hr.salaries_k7", "Owner Olga Owner")
    told = {key: value for key, value in known.items() if value and key not in {"x", "y", "h", "hop"}}
    assert set(told) == {"id", "label", "sub", "hidden", "more", "open"}
    assert known["id"].startswith("hidden-")


def test_the_reach_counts_nothing_behind_a_stub(alice, vault):
    before = upstream_datasets(reader=alice, asset=vault["report"]).hidden
    behind = [make_asset(f"vault.hr.deep_{at}", location="vault") for at in range(3)]
    draw(*((each, vault["table"], vault["job"]) for each in behind))

    found = upstream_datasets(reader=alice, asset=vault["report"])

    assert before == 2
    assert found.hidden == 2
    assert [one.card.label for one in found.found] == ["orders"]


@pytest.mark.parametrize("kind", ["view", "model"])
@pytest.mark.parametrize("page", ["tab/", "panel/"])
def test_no_link_tells_what_kind_of_thing_is_hidden(alice_client, vault, kind, page):
    Edge.objects.filter(target=vault["table"]).update(kind=kind)
    Edge.objects.filter(target=vault["report"], source=vault["orders"]).update(kind="manual")

    text = alice_client.get(f"/lineage/{vault['orders'].code}/{page}").content.decode()

    told = re.findall(r'<span class="dim small">(\w+)</span></li>', text)
    assert told == ["manual"]


def test_no_edge_of_a_picture_tells_what_kind_of_thing_is_hidden(alice, vault):
    Edge.objects.filter(target=vault["table"]).update(kind="view")

    picture = neighbourhood(reader=alice, asset=vault["orders"], wish=Wish(down=2))

    stubs = {node["id"] for node in picture["nodes"] if node.get("hidden")}
    kinds = {(bool({edge["s"], edge["t"]} & stubs), edge["kind"]) for edge in picture["edges"]}
    assert (True, "") in kinds
    assert all(kind == "" for hidden, kind in kinds if hidden)
    assert all(kind for hidden, kind in kinds if not hidden)
