"""The picture shows the neighbourhood that was asked for, at a cost that does not depend on its size."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.domains.models import Domain
from lineage.graph.edges import EdgeSpec
from lineage.graph.layout import STEP
from lineage.graph.reads import neighbourhood, reach, upstream_datasets
from lineage.graph.services import draw_edges
from lineage.graph.wish import Side, Wish
from tests.build import make_asset
from tests.lineage.graph.graphs import chain, draw, nodes


@pytest.fixture
def picture(alice):
    """`picture(asset, up=2)` is the picture as alice sees it."""

    def asked(asset, **wish):
        return neighbourhood(reader=alice, asset=asset, wish=Wish(**wish))

    return asked


def labels(found):
    """Return {label: hop}; "+N" stands for nodes that say how many more there are."""
    return {node.get("label", f"+{node.get('hidden_count')}"): node["hop"] for node in found["nodes"]}


def links(found):
    names = {node["id"]: node.get("label") for node in found["nodes"]}
    return sorted((names[edge["s"]], names[edge["t"]], *edge["jobs"]) for edge in found["edges"])


def node(found, label):
    [one] = [each for each in found["nodes"] if each.get("label") == label]
    return one


def side(asset, way):
    return Side(str(asset.code), way)


def test_a_node_says_what_the_page_needs(picture):
    domain = Domain.objects.create(slug="sales", name="Sales")
    a = make_asset("shop.public.a", domain=domain, status="deprecated")
    b = make_asset("shop.public.b")
    draw((a, b))

    found = picture(a)

    assert found["root"] == str(a.code)
    assert found["counts"] == {"nodes": 2, "edges": 1}
    assert node(found, "a") == {
        "id": str(a.code),
        "label": "a",
        "sub": "shop.public",
        "kind": "table",
        "domain": "Sales",
        "hop": 0,
        "x": 0.0,
        "y": 0.0,
        "h": 48,
        "hidden": False,
        "removed": False,
        "url": f"/catalog/assets/{a.code}/",
        "panel": f"/lineage/{a.code}/panel/",
        "more": {"u": 0, "d": 0},
        "open": {"u": True, "d": True},
        "status": "deprecated",
        "quality": None,
    }


def test_depth_counts_hops_on_either_side(picture):
    c = chain("a", "b", "c", "d", "e")[2]

    assert labels(picture(c)) == {"c": 0, "b": -1, "d": 1}
    assert labels(picture(c, up=2, down=0)) == {"c": 0, "b": -1, "a": -2}
    assert labels(picture(c, up=0, down=5)) == {"c": 0, "d": 1, "e": 2}


def test_at_the_edge_of_the_picture_nodes_say_how_many_neighbours_there_are(picture):
    a, b, _, _ = chain("a", "b", "c", "d")
    draw((make_asset("x"), b), (make_asset("y"), b))

    found = picture(a, up=0, down=1)

    assert node(found, "b")["more"] == {"u": 2, "d": 1}
    assert node(found, "b")["open"] == {"u": False, "d": False}


def test_opening_a_node_shows_one_more_step_either_way(picture):
    a, b, c, _ = chain("a", "b", "c", "d")
    x = make_asset("x")
    draw((x, b))

    down = picture(a, opened=frozenset({side(b, "d")}))
    sideways = picture(a, opened=frozenset({side(b, "u")}))
    far = picture(a, opened=frozenset({side(b, "d"), side(c, "d")}))

    assert labels(down) == {"a": 0, "b": 1, "c": 2}
    assert labels(sideways) == {"a": 0, "b": 1, "x": 0}
    assert labels(far) == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_what_is_found_sideways_does_not_open_by_itself(picture):
    a, b = chain("a", "b")
    x, _ = chain("x", "y")
    draw((x, b))

    found = picture(a, down=5, opened=frozenset({side(b, "u")}))

    assert labels(found) == {"a": 0, "b": 1, "x": 0}
    assert node(found, "x")["more"] == {"u": 0, "d": 1}


def test_a_hub_shows_8_and_says_how_many_more(picture):
    hub, *readers = nodes(86)
    draw(*((hub, reader) for reader in readers))

    found = picture(hub)

    [more] = [each for each in found["nodes"] if "more_of" in each]
    assert {key: more[key] for key in ("id", "more_of", "dir", "hidden_count", "hop", "h")} == {
        "id": f"more:{hub.code}d",
        "more_of": str(hub.code),
        "dir": "d",
        "hidden_count": 77,
        "hop": 1,
        "h": 36,
    }
    assert (found["counts"], more["y"]) == (
        {"nodes": 9, "edges": 8},
        max(each["y"] for each in found["nodes"]),
    )


def test_a_limit_shows_more_of_a_hub(picture):
    hub, *readers = nodes(86)
    draw(*((hub, reader) for reader in readers))

    assert picture(hub, limits={side(hub, "d"): 58})["counts"]["nodes"] == 59
    assert picture(hub, limits={side(hub, "d"): 400})["counts"]["nodes"] == 86


def test_the_picture_stops_at_400_nodes_the_nearest_first(picture):
    hub, *readers = nodes(500)
    draw(*((hub, reader) for reader in readers))
    draw(*((reader, hub) for reader in readers[:3]))

    found = picture(hub, limits={side(hub, "d"): 400})

    assert (found["truncated"], found["counts"]["nodes"]) == (True, 400)


def test_links_between_shown_nodes_are_shown_too(picture):
    a, _, c = chain("a", "b", "c")
    draw((a, c))

    assert links(picture(a)) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_a_cycle_is_shown_once(picture):
    a, _, c = chain("a", "b", "c")
    draw((c, a))

    assert labels(picture(a, up=3, down=3)) == {"a": 0, "b": 1, "c": -1}


def test_links_name_their_jobs(picture):
    a, b = make_asset("a"), make_asset("b")
    load, merge = make_asset("load", kind="job"), make_asset("merge", kind="job")
    draw((a, b, load), (a, b, merge))

    assert links(picture(a)) == [("a", "b", "load", "merge")]


def test_jobs_stand_between_what_they_read_and_write(picture):
    a, b, c = make_asset("a"), make_asset("b"), make_asset("c")
    load = make_asset("load", kind="job")
    draw((a, c, load), (b, c, load))

    found = picture(c, jobs=True)

    assert labels(found) == {"c": 0, "a": -1, "b": -1, "load": -0.5}
    assert links(found) == [("a", "load"), ("b", "load"), ("load", "c")]
    assert (node(found, "load")["x"], node(found, "a")["x"]) == (-STEP, -2 * STEP)


def test_a_job_with_one_side_is_a_node_with_or_without_jobs(picture):
    a, seed = make_asset("a"), make_asset("seed", kind="job")
    draw((seed, a, seed))

    assert labels(picture(a)) == labels(picture(a, jobs=True)) == {"a": 0, "seed": -1}
    assert links(picture(a)) == [("seed", "a")]


def test_removed_assets_are_shown_on_request_only(picture):
    a, b = make_asset("a"), make_asset("b", removed_at=timezone.now())
    c = make_asset("c")
    draw((a, b), (b, c))

    assert (labels(picture(a)), node(picture(a), "a")["more"]) == ({"a": 0}, {"u": 0, "d": 0})
    found = picture(a, removed=True, down=2)
    assert labels(found) == {"a": 0, "b": 1, "c": 2}
    assert node(found, "b")["removed"]


def test_the_picture_of_a_past_moment(picture):
    a, b = make_asset("a"), make_asset("b")
    draw((a, b), since=timezone.now() - timedelta(days=1))

    assert labels(picture(a, at=timezone.now() - timedelta(hours=1))) == {"a": 0, "b": 1}
    assert labels(picture(a, at=timezone.now() - timedelta(days=2))) == {"a": 0}


def test_known_nodes_stay_where_they_are(picture):
    a, b, _ = chain("a", "b", "c")
    draw((b, make_asset("x")))
    before = picture(a)
    ys = {each["id"]: each["y"] + 40 for each in before["nodes"]}

    after = picture(a, opened=frozenset({side(b, "d")}), previous=ys, pin=str(b.code))

    assert {each["id"]: each["y"] for each in after["nodes"] if each["id"] in ys} == ys


def test_the_cost_does_not_depend_on_the_size(picture, alice, django_assert_max_num_queries):
    small = nodes(6)
    draw(*((small[0], each) for each in small[1:]))
    [hub, *middle] = [make_asset(f"m{number}") for number in range(21)]
    large = [make_asset(f"l{number}") for number in range(480)]
    specs = [EdgeSpec(hub.pk, each.pk) for each in middle]
    specs += [EdgeSpec(middle[at % 20].pk, each.pk) for at, each in enumerate(large)]
    draw_edges(edges=specs, actor="tests")

    def cost(root, *wide):
        with django_assert_max_num_queries(10) as queries:
            found = picture(root, down=3, limits={side(each, "d"): 400 for each in wide})
        return len(queries), found["counts"]["nodes"]

    picture(small[0])  # the first picture compiles the policies
    assert cost(small[0], small[0]) == (10, 6)
    assert cost(hub, hub) == (10, 181)
    assert cost(hub, hub, *middle) == (10, 400)


def test_every_dataset_behind_a_model_is_one_walk(alice, django_assert_num_queries):
    raw, clean, training_set = make_asset("raw"), make_asset("clean"), make_asset("set", kind="training_set")
    job, model = make_asset("train", kind="job"), make_asset("churn", kind="model")
    draw((raw, clean), (clean, training_set), (training_set, job), (job, model), kind="model")

    found = upstream_datasets(reader=alice, asset=model)

    assert [(one.hop, one.card.name) for one in found.found] == [(2, "set"), (3, "clean"), (4, "raw")]
    assert (found.hidden, found.truncated) == (0, False)


def test_reach_respects_its_depth(alice):
    a, *_ = chain("a", "b", "c", "d")

    assert [one.card.label for one in reach(reader=alice, asset=a, down=True, depth=2).found] == ["b", "c"]
    assert reach(reader=alice, asset=a, down=False).found == []
