"""Pages of a search, thousands of questions, and an engine that fails."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accesscontrol.policy.querysets import decide
from catalog.assets.models import Asset
from tests.accesscontrol.authzen.world import (
    ACTION,
    EVALUATION,
    EVALUATIONS,
    RESOURCE,
    SUBJECT,
    does,
    names,
    thing,
    user,
)
from tests.build import make_asset, make_policy, make_user

pytestmark = pytest.mark.django_db

VIEW, CHANGE = does("view"), does("change")
OPEN = {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"}
SALES = {"attribute": "user.department", "operator": "==", "value": "sales"}


def test_the_pages_of_a_search_hang_together(pep):
    make_policy("open", OPEN)
    assets = [make_asset(f"t{at}", sensitivity=at % 2 * 3) for at in range(7)]
    body = {"subject": user("pep"), "action": VIEW, "resource": {"type": "asset"}, "page": {"limit": 3}}

    first = pep.answer(RESOURCE, body)
    second = pep.answer(RESOURCE, {**body, "page": {"token": first["page"]["next_token"]}})

    assert (len(first["results"]), second["page"]["next_token"]) == (3, "")
    visible = [str(asset.code) for asset in assets if asset.sensitivity == 0]
    assert names(first) + names(second) == visible
    token = {"page": {"token": first["page"]["next_token"]}}
    for other in (
        {"action": CHANGE},
        {"context": {"purpose": "x"}},
        {"subject": user("pep", department="x")},
    ):
        problem = pep.answer(RESOURCE, {**body, **token, **other}, status=400)
        assert "belongs to another request" in problem["errors"][0]["detail"]
    make_policy("one-more")
    assert "the policies changed" in str(pep.answer(RESOURCE, {**body, **token}, status=400))


def test_the_pages_of_people_hang_together(pep, orders):
    make_policy("everybody")
    for at in range(5):
        make_user(f"p{at}")
    body = {"subject": {"type": "user"}, "action": VIEW, "resource": thing(orders.code), "page": {"limit": 4}}

    first = pep.answer(SUBJECT, body)
    second = pep.answer(SUBJECT, {**body, "page": {"token": first["page"]["next_token"], "limit": 4}})

    assert names(first) + names(second) == ["p0", "p1", "p2", "p3", "p4", "pep"]


def test_the_search_agrees_with_the_lists_of_the_portal(pep):
    make_policy("open", OPEN)
    make_policy("sales-change", SALES, actions=["change"])
    vic = make_user("vic", department="sales")
    assets = [make_asset(f"t{at}", sensitivity=at) for at in range(4)]

    for action in ("view", "change", "discover"):
        body = {"subject": user("vic"), "action": does(action), "resource": {"type": "asset"}}
        seen = Asset.objects.visible_to(vic, action).order_by("pk").values_list("code", flat=True)
        assert names(pep.answer(RESOURCE, body)) == [str(code) for code in seen]
    for asset in assets:
        found = names(pep.answer(ACTION, {"subject": user("vic"), "resource": thing(asset.code)}))
        assert ("view" in found) is decide(vic, asset, "view").allowed
        assert "change" in found


@pytest.mark.parametrize("kind", ["code", "name"])
def test_a_thousand_questions_take_as_many_queries_as_two(pep, kind):
    make_policy("open", OPEN)
    people = [make_user(f"p{at}") for at in range(3)]
    Asset.objects.bulk_create(
        Asset(kind="table", namespace="pg://h/db", name=f"s.t{at}", sensitivity=at % 4) for at in range(1000)
    )
    ids = [
        str(asset.code) if kind == "code" else f"{asset.namespace}/{asset.name}"
        for asset in Asset.objects.order_by("pk")
    ]
    items = [
        {"resource": thing(code), "subject": user(people[at % 3].username)} for at, code in enumerate(ids)
    ]

    def cost(some):
        with CaptureQueriesContext(connection) as queries:
            found = pep.answer(EVALUATIONS, {"action": VIEW, "evaluations": some})["evaluations"]
        return len(queries), [each["decision"] for each in found]

    cost(items[:2])
    few, _ = cost(items[:2])
    many, decisions = cost(items)

    assert few == many
    assert decisions == [at % 4 <= 1 for at in range(1000)]


def test_an_engine_that_fails_permits_nothing(monkeypatch, caplog, pep, orders):
    make_policy("everybody")
    monkeypatch.setattr("accesscontrol.policy.rules.RuleSet.decide", lambda *args: 1 / 0)
    body = {"subject": user("pep"), "action": VIEW, "resource": thing(orders.code)}

    for address, sent in ((EVALUATION, body), (EVALUATIONS, {"evaluations": [body]}), (ACTION, body)):
        problem = pep.answer(address, sent, status=500)
        evaluation_id = problem["detail"].rpartition(" ")[2]
        assert "decision" not in json.dumps(problem).replace("decided", "")
        assert evaluation_id in caplog.text
        assert "ZeroDivisionError" not in problem["detail"]
