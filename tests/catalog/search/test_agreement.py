"""The search, compared with asking every asset one by one: what is found, counted and hidden."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accesscontrol.policy.querysets import may
from accesscontrol.teams.services import create_team
from catalog.assets.models import Asset
from catalog.domains.services import save_domain
from catalog.search.criteria import Criteria
from catalog.search.language import All, AnyOf, Comparison, Not, Phrase, parse
from catalog.search.reads import everything, search
from tests.build import make_asset, make_policy, make_user, put_in_force

PATHS = {"inner": ["outer", "inner"], "outer": ["outer"]}
WORDS = ("zorka", "zorkin", "blipo", "quax", "vrum")
ORDERS = {"=": "__eq__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
LEVELS = ("public", "internal", "confidential", "restricted")
COMPARISONS = (
    *("kind:table", "kind:view,job", "domain:inner", "domain:outer", "domain:Inner", "domain:none"),
    *("owner:olga", "owner:me", "owner:none", "-owner:any", "steward:none", "team:Alpha", "team:none"),
    *("tier<=2", "tier>3", "tier:none", "-tier:1", "status:active", "status:deprecated", "status:removed"),
    *("-status:removed", "certification:gold", "certification:none", "-certification:any"),
    *("sensitivity>=confidential", "sensitivity:none", "-sensitivity:public", "pii:yes", "pii:no"),
    *("updated>=2026-03-01", "updated<2026-03-01", "updated:2026-03-01", "fresh:none", "usage:0", "usage>5"),
    *("name:quax", "description:vrum", "description:none", "column:blipo", "location:EU", "location:none"),
    *("source:none", "tag:none", "tag:nothing", "term:none", "term:nothing"),
)
leaf = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from([f"{word[:3]}*" for word in WORDS]),
    st.sampled_from([f'"{one} {other}"' for one in WORDS[:3] for other in WORDS[2:]]),
    st.sampled_from(COMPARISONS),
)
queries = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
        inner.map(lambda part: f"-({part})"),
    ),
    max_leaves=5,
)
selections = st.dictionaries(
    st.sampled_from(
        ["kind", "domain", "owner", "tier", "status", "sensitivity", "certification", "personal"]
    ),
    st.frozensets(
        st.sampled_from(["table", "view", "inner", "outer", "olga", "1", "3", "active", "removed"])
        | st.sampled_from(["restricted", "gold", "yes", "no", "none"]),
        min_size=1,
        max_size=3,
    ),
    max_size=2,
)
POLICIES = (
    [("all", {"attribute": "resource.kind", "operator": "!=", "value": "abacus"}, "permit")],
    [("inner", {"attribute": "resource.domain", "operator": "==", "value": "inner"}, "permit")],
    [
        ("all", {"attribute": "resource.kind", "operator": "!=", "value": "abacus"}, "permit"),
        ("plain", {"attribute": "resource.has_personal_data", "operator": "==", "value": True}, "forbid"),
    ],
    [],
)


@pytest.fixture
def town(db):
    """Forty assets by chance, and what readers of each kind of policy may see of them."""
    dice = Random(7)
    outer = save_domain(actor="tests", slug="outer", name="Outer")
    inner = save_domain(actor="tests", slug="inner", name="Inner", parent=outer)
    lee, olga = make_user("lee", "viewer"), make_user("olga", "viewer")
    team = create_team(name="Alpha", actor="tests")
    for at in range(40):
        asset = make_asset(
            f"town.{dice.choice(WORDS)}_{dice.choice(WORDS)}.n{at}",
            " ".join({dice.choice(WORDS), dice.choice(WORDS)}),
            kind=dice.choice(["table", "view", "job"]),
            description=dice.choice(["", f"{dice.choice(WORDS)} {dice.choice(WORDS)} {dice.choice(WORDS)}"]),
            domain=dice.choice([None, inner, outer]),
            owner=dice.choice([None, lee, olga]),
            steward=dice.choice([None, olga]),
            team=dice.choice([None, team]),
            tier=dice.choice([None, 1, 2, 3, 5]),
            status=dice.choice(["active", "active", "deprecated", "archived"]),
            sensitivity=dice.choice([None, 0, 1, 2, 3]),
            has_personal_data=dice.random() < 0.3,
            location=dice.choice(["", "EU"]),
            removed_at=dice.choice([None, None, None, now()]),
            modified_at=dice.choice([None, now()]),
        )
        until = dice.choice([None, now() - timedelta(days=1), now() + timedelta(days=9)])
        level = dice.choice(["", "gold", "silver"])
        Asset.objects.filter(pk=asset.pk).update(
            updated_at=datetime(2026, dice.choice([2, 3]), 1, 12, tzinfo=UTC),
            certification=level,
            certified_until=until if level else None,
        )
    return lee


def holds(asset, tree, reader):
    """Whether one asset is what a tree asks for, by looking at it."""
    if isinstance(tree, All):
        return all(holds(asset, part, reader) for part in tree.parts)
    if isinstance(tree, AnyOf):
        return any(holds(asset, part, reader) for part in tree.parts)
    if isinstance(tree, Not):
        return not holds(asset, tree.part, reader)
    if isinstance(tree, Comparison):
        return compares(asset, tree, reader)
    texts = texts_of(asset)
    if isinstance(tree, Phrase):
        return any(f" {tree.text} " in f" {text} " for text in texts)
    said = " ".join(texts).split()
    return any(word.startswith(tree.text) if tree.begins else word == tree.text for word in said)


def texts_of(asset):
    """Its texts, as they stand one after the other in the index."""
    name = asset.name.replace(".", " ").replace("_", " ")
    return [f"{name} {asset.field_names} {asset.description}"]


def compares(asset, test, reader):
    value = value_of(asset, test.field)
    if test.value in ("none", "any"):
        return (value in (None, "", [])) == (test.value == "none")
    if test.field == "domain":
        return test.value.lower() in (value or [])
    if test.field in ("name", "column", "description"):
        return test.value in (value or "")
    if value in (None, ""):
        return False
    return getattr(value, ORDERS[test.operator])(asked(test, reader))


def asked(test, reader):
    if test.field == "sensitivity":
        return LEVELS.index(test.value)
    if test.field in ("tier", "usage"):
        return int(test.value)
    return reader.username if test.value == "me" else test.value


def value_of(asset, name):
    """What an asset has of a field of the language."""
    known = {
        "domain": lambda: (
            asset.domain and {"inner": ["outer", "inner"], "outer": ["outer"]}[asset.domain.slug]
        ),
        "owner": lambda: asset.owner and asset.owner.username,
        "steward": lambda: asset.acting_steward and asset.acting_steward.username,
        "team": lambda: asset.team and asset.team.name,
        "status": lambda: "removed" if asset.removed_at else asset.status,
        "certification": lambda: asset.certification if asset.is_certified else "",
        "personal": lambda: "yes" if asset.has_personal_data else "no",
        "updated": lambda: asset.updated_at.date().isoformat(),
        "fresh": lambda: asset.modified_at and asset.modified_at.date().isoformat(),
        "usage": lambda: 0,
        "column": lambda: asset.field_names,
        "tag": lambda: None,
        "term": lambda: None,
        "source": lambda: None,
    }
    return known[name]() if name in known else getattr(asset, name)


def passes(asset, selected):
    for name, values in selected.items():
        value = value_of(asset, name)
        if name == "sensitivity":
            value = None if value is None else LEVELS[value]
        held = value if isinstance(value, list) else ["none" if value in (None, "") else str(value)]
        if values.isdisjoint(held):
            return False
    return True


def names_removed(tree):
    parts = getattr(tree, "parts", ())
    return tree == Comparison("status", "=", "removed") or any(names_removed(part) for part in parts)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_search_finds_what_asking_each_asset_finds(town, data):
    if not hasattr(town, "seen_by"):
        town.seen_by = {}
    at = data.draw(st.integers(0, len(POLICIES) - 1))
    typed = data.draw(queries | st.just(""))
    selected = data.draw(selections)
    put_in_force([])
    for name, condition, effect in POLICIES[at]:
        make_policy(name, condition, effect=effect)
    if at not in town.seen_by:
        town.seen_by[at] = [asset for asset in Asset.objects.for_list() if may(town, asset)]
    tree = parse(typed)
    removed_too = names_removed(tree) or "status" in selected
    expected = {
        asset.pk
        for asset in town.seen_by[at]
        if (tree is None or holds(asset, tree, town))
        and passes(asset, selected)
        and (removed_too or not asset.removed_at)
    }

    criteria = Criteria(typed=typed, selected=selected)
    found = search(reader=town, criteria=criteria, size=100)

    assert {asset.pk for asset in found.page} == expected
    assert found.total == len(expected)
    assert {asset.pk for asset in everything(reader=town, criteria=criteria)} == expected
    kinds = next(facet for facet in found.facets if facet.name == "kind")
    if "kind" not in selected:
        assert sum(choice.count for choice in kinds.choices) == len(expected)
