"""Nobody learns more by asking than they may know."""

import pytest

from accesscontrol.authzen import reads
from tests.accesscontrol.authzen.world import (
    ACTION,
    EVALUATION,
    EVALUATIONS,
    RESOURCE,
    SUBJECT,
    Pep,
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


def test_everybody_may_ask_about_themselves_only(plain, orders):
    make_policy("everybody")
    make_user("vic")
    me, her = user("plain"), user("vic")
    here, all_assets = thing(orders.code), {"type": "asset"}

    assert plain.decision(me, VIEW, here) is True
    assert plain.decision(user(str(plain.user.code)), VIEW, here) is True
    assert names(plain.answer(RESOURCE, {"subject": me, "action": VIEW, "resource": all_assets}))
    assert names(plain.answer(ACTION, {"subject": me, "resource": here})) == ["read", "view"]
    for subject in (her, user("nobody"), {"type": "robot", "id": "plain"}):
        body = {"subject": subject, "action": VIEW, "resource": here}
        problem = plain.answer(EVALUATION, body, status=403)
        assert "accesscontrol.evaluate_decision" in problem["detail"]
        plain.answer(EVALUATIONS, {"evaluations": [{**body, "subject": me}, body]}, status=403)
        plain.answer(RESOURCE, {**body, "resource": all_assets}, status=403)
        plain.answer(ACTION, body, status=403)
    plain.answer(SUBJECT, {"subject": {"type": "user"}, "action": VIEW, "resource": here}, status=403)


def test_a_refusal_does_not_tell_what_exists(plain, orders):
    make_policy("never", effect="forbid")
    hidden = plain.answer(
        EVALUATION, {"subject": user("plain"), "action": VIEW, "resource": thing(orders.code)}
    )
    absent = plain.answer(
        EVALUATION, {"subject": user("plain"), "action": VIEW, "resource": thing(reads.Caller.__name__)}
    )

    for answer in (hidden, absent):
        assert answer["context"].pop("evaluation_id")
    assert hidden == absent
    assert hidden["context"] == {"reason_user": {"en": "Nothing that is in force allows this."}}
    found = plain.answer(RESOURCE, {"subject": user("plain"), "action": VIEW, "resource": {"type": "asset"}})
    assert found["results"] == []


def test_only_who_may_explain_reads_the_policies_names(client, pep, orders):
    make_policy("open-shop", OPEN)
    explainer = Pep(client, "helpdesk", "evaluate_decision", "explain_policy")
    body = {"subject": user("pep"), "action": VIEW, "resource": thing(orders.code)}

    assert "reason_admin" not in pep.answer(EVALUATION, body)["context"]
    told = explainer.answer(EVALUATION, body)["context"]
    assert told["reason_admin"] == {"en": "permitted: open-shop"}
    assert told["reason_user"] == {"en": "This is allowed."}
    refused = explainer.answer(EVALUATION, {**body, "action": CHANGE})["context"]
    assert refused["reason_admin"] == {"en": "no permit: no policy"}


def test_a_permit_says_what_it_obliges_to(pep, orders):
    mask = {"id": "o1", "type": "custom", "properties": {"action": "mask", "tags": ["pii"]}}
    make_policy("masked", obligations=[mask, {"id": "o2", "type": "notification"}])

    context = pep.answer(
        EVALUATION, {"subject": user("pep"), "action": does("read"), "resource": thing(orders.code)}
    )["context"]

    assert context["obligations"] == [mask, {"id": "o2", "type": "notification", "properties": {}}]


def test_who_may_discover_is_told_where_to_ask(pep, settings, orders):
    make_policy("known", SALES, actions=["discover"])
    make_policy("never", OPEN | {"operator": ">", "value": "confidential"}, effect="forbid")
    make_user("vic", department="sales")
    make_user("hal", department="hr")
    secret = make_asset("secret", sensitivity=3)

    def context(name, asset):
        body = {"subject": user(name), "action": VIEW, "resource": thing(asset.code)}
        return pep.answer(EVALUATION, body)["context"]

    request = context("vic", orders)["access_request"]
    assert request["endpoint"] == f"{settings.PORTAL_URL}/access/request/{orders.code}/"
    assert request["template"] == "asset:view"
    assert request["expires_at"]
    assert "ask for access" in context("vic", orders)["reason_user"]["en"]
    assert "access_request" not in context("hal", orders)
    assert "access_request" not in context("vic", secret)  # forbidden is not for the asking
