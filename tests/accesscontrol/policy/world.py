"""Random policies over a stock of assets with awkward values: nulls, empty, unicode, wildcards, quotes."""

from datetime import UTC, datetime
from typing import Any

import yaml
from hypothesis import strategies as st

from accesscontrol.identity.models import User
from accesscontrol.policy.attributes import MEMBERSHIP, OPERATORS, ORDER, OWN, Attribute, read_vocabulary
from accesscontrol.policy.nodes import DAYS
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from catalog.sources.models import Source

# Texts that differ under LIKE, under locales, and under case; each also the prefix or part of another.
TEXTS = ["a", "A", "ab", "a%", "a_", "a\\", "a'b", 'a"b', "_", "%", "ä", "z", "Z", "é", "日本", "a b", "𝒳"]
WILD = ["a%", "a_", "%", "_", "a\\"]  # a pattern matches what a text does not: these come more often
NETWORKS = [
    "10.0.0.0/8",
    "10.1.2.3",
    "::ffff:10.1.0.0/112",
    "2001:db8::/32",
    "2001:db8::1",
    "0.0.0.0/0",
    "::/0",
]
NUMBERS = [0, 1, 2, 3, -1, 7]
# Attributes that a portal could add from JSON: each has a value of every type somewhere.
CUSTOM = {
    "text": {"type": "string", "label": "Text", "source": "facts.text", "json": True},
    "number": {"type": "integer", "label": "Number", "source": "facts.number", "json": True},
    "flag": {"type": "boolean", "label": "Flag", "source": "facts.flag", "json": True},
    "many": {"type": "list", "label": "Many", "source": "facts.many", "json": True},
    "deep": {"type": "string", "label": "Deep", "source": "facts.inner.text", "json": True},
}
_content = yaml.safe_load(OWN)
_content["resource"]["asset"].update(CUSTOM)
WIDER = read_vocabulary(yaml.safe_dump(_content))
COLUMNS = {attribute.name: attribute.path for attribute in WIDER.resources["asset"].values()}
ODD = [
    None,
    "",
    "a",
    "a%",
    "ab",
    "1",
    "true",
    0,
    1,
    -1,
    1.0,
    2.5,
    10**30,
    True,
    False,
    [],
    ["a", "%"],
    [1, ["a"]],
    {},
]
USERS: list[dict[str, Any]] = [
    {"username": "a", "department": "ab", "clearance": 2, "team": "a%", "roles": ("a", "ab")},
    {"username": "z", "department": "", "clearance": 0, "team": None, "roles": (), "location": "ä"},
    {"username": "a'b", "clearance": True, "location": 3, "roles": ["a_", "日本", "%"], "is_service": True},
    {"department": "%", "team": "_", "roles": WILD, "clearance": 1, "is_service": 1},
    {},
]
MORNING = datetime(2026, 11, 21, 9, tzinfo=UTC)  # a Saturday
NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # a Monday in London, Tuesday in Berlin
ENVS: list[dict[str, Any]] = [
    {"time": MORNING},
    {"time": NIGHT, "network": "10.1.2.3", "purpose": "%", "auth_age": 3, "break_glass": True},
    {"time": MORNING, "network": "::ffff:10.1.2.3", "purpose": "a", "client": "ab", "break_glass": False},
    {"time": NIGHT, "network": "2001:db8::1", "mfa_age": 0, "auth_age": 1.0},
    {"network": "nowhere", "purpose": None, "time": None},
]


def stock() -> None:
    """About forty assets: every text somewhere, every nullable column sometimes empty."""
    people = [User.objects.create(username=text) for text in ("a", "ab", "a'b")]
    domains = [
        Domain.objects.create(name=text, slug=text, steward=steward)
        for text, steward in zip(["a", "a_", "z"], [people[0], None, people[1]], strict=True)
    ]
    sources = [Source.objects.create(name=text) for text in ("a", "%", "ä")]
    Asset.objects.bulk_create(
        Asset(
            kind=["table", "view", "a"][at % 3],
            namespace=TEXTS[at % 5],
            name=f"{TEXTS[at % len(TEXTS)]}{'' if at < len(TEXTS) else at}",
            status=["active", "archived"][at % 2],
            location=["", *TEXTS][at % (len(TEXTS) + 1)],
            domain=[None, *domains][at % 4],
            source=[*sources, None][at % 4],
            owner=[None, *people][at // 4 % 4],
            sensitivity=[None, 0, 1, 2, 3][at % 5],
            has_personal_data=at % 3 == 0,
            all_tags=[[], ["a"], ["a", "a%"], ["ab", "日本"], TEXTS][at % 5],
            facts=_facts(at),
        )
        for at in range(40)
    )


def _facts(at: int) -> dict[str, Any]:
    """Every odd value somewhere under every name, and sometimes none."""
    names = ("text", "number", "flag", "many")
    shifted = {name: ODD[(at + 5 * place) % len(ODD)] for place, name in enumerate(names)}
    inner = [{"text": TEXTS[at % len(TEXTS)]}, {"text": 1}, "text", None][at % 4]
    kept = {name: value for name, value in shifted.items() if (at + len(name)) % 7}
    return kept | {"inner": inner}


def stored_values() -> dict[int, dict[str, Any]]:
    rows = Asset.objects.values_list("pk", *COLUMNS.values())
    return {pk: dict(zip(COLUMNS, values, strict=True)) for pk, *values in rows}


ATTRIBUTES: list[Attribute] = [
    *(attribute for attribute in WIDER.resources["asset"].values() for _ in range(3)),
    *WIDER.user.values(),
    *WIDER.env.values(),
]


def _scalar(attribute: Attribute) -> st.SearchStrategy[Any]:
    if attribute.type == "integer":
        return st.sampled_from([*NUMBERS, "internal"] if attribute.levels else NUMBERS)
    if attribute.type == "datetime":
        return st.sampled_from(["2026-11-21T10:00:00+01:00", "2026-11-22T00:00:00Z"])
    plain = {"boolean": [True, False], "address": NETWORKS, "weekday": DAYS}
    return st.sampled_from([*plain.get(attribute.type, [*TEXTS, *WILD, *WILD])])


def _pair(attribute: Attribute) -> st.SearchStrategy[list[Any]]:
    if attribute.type == "datetime":
        return st.sampled_from([["08:00", "10:00"], ["09:00", "23:59"], ["00:00", "00:30"]])
    known = [0, 1, 2, 3] if attribute.type == "integer" else sorted(TEXTS)
    pairs = st.lists(st.sampled_from(range(len(known))), min_size=2, max_size=2).map(sorted)
    return pairs.map(lambda places: [known[place] for place in places])


def _value(attribute: Attribute, operator: str) -> st.SearchStrategy[Any]:
    if operator == "exists":
        return st.booleans()
    if operator == "between":
        return _pair(attribute)
    if operator in MEMBERSHIP:
        return st.lists(_scalar(attribute), min_size=1, max_size=4)
    return _scalar(attribute)


def _others(attribute: Attribute, operator: str) -> list[Attribute]:
    if operator in {"contains", "starts_with"}:
        wanted = "string"
    elif attribute.type in {"address", "weekday"}:
        wanted = ""
    elif operator in MEMBERSHIP:
        wanted = "list" if attribute.type == "string" else ""
    else:
        wanted = attribute.type if operator in ORDER | {"==", "!="} else ""
    return [other for other in ATTRIBUTES if other.type == wanted]


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    attribute = draw(st.sampled_from(ATTRIBUTES))
    operator = draw(st.sampled_from(sorted(OPERATORS[attribute.type])))
    condition = {"attribute": str(attribute), "operator": operator}
    others = _others(attribute, operator)
    if others and draw(st.integers(0, 2)) == 0:
        return {**condition, "value_from": str(draw(st.sampled_from(others)))}
    zoned = attribute.type == "weekday" or (attribute.type == "datetime" and operator == "between")
    zone = {"timezone": "Europe/Berlin"} if zoned and operator != "exists" and draw(st.booleans()) else {}
    return {**condition, "value": draw(_value(attribute, operator)), **zone}


def _groups(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries({"all": several}),
        st.fixed_dictionaries({"any": several}),
        st.fixed_dictionaries({"not": inner}),
    )


WINDOWS = [{}, {}, {}, {"valid_until": "2026-11-22T00:00Z"}, {"valid_from": "2026-11-22T00:00Z"}]


LIFTED: list[dict[str, Any]] = [{}, {}, {"overridable_by_break_glass": True}]


def policies(effects: tuple[str, ...] = ("permit", "forbid")) -> st.SearchStrategy[dict[str, Any]]:
    stated = st.fixed_dictionaries(
        {
            "actions": st.just(["read"]),
            "effect": st.sampled_from(effects),
            "on_missing": st.sampled_from(["apply", "skip"]),
            "conditions": st.lists(st.recursive(conditions(), _groups, max_leaves=5), min_size=1, max_size=2),
        }
    )
    return st.tuples(stated, st.sampled_from(WINDOWS), st.sampled_from(LIFTED)).map(_whole)


def _whole(parts: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    stated, window, lifted = parts
    return {**stated, **window, **(lifted if stated["effect"] == "forbid" else {})}


def policy_sets() -> st.SearchStrategy[list[dict[str, Any]]]:
    """One to six policies, at least one a permit, so that most sets decide something."""
    permits = st.lists(policies(("permit",)), min_size=1, max_size=4)
    return st.tuples(permits, st.lists(policies(("forbid",)), max_size=2)).map(lambda two: two[1] + two[0])
