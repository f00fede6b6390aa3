"""What AuthZEN answers about our own assets is what the portal decides; and nobody learns more by asking."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accesscontrol.grants.models import Grant
from accesscontrol.policy.querysets import decide
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
    widen,
)
from tests.build import make_asset, make_grant, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.now() - timedelta(days=1)
VIEW, CHANGE = does("view"), does("change")
OPEN = {"attribute": "resource.sensitivity", "operator": "<=", "value": "internal"}
LENIENT = {"effect": "forbid", "on_missing": "skip"}
SALES = {"attribute": "user.department", "operator": "==", "value": "sales"}


@pytest.mark.parametrize("address", [EVALUATION, EVALUATIONS, SUBJECT, RESOURCE, ACTION])
def test_without_a_token_it_is_401(client, address):
    answer = client.post(address, "{}", content_type="application/json")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")

    client.force_login(make_user("ada", "administrator"))
    assert client.post(address, "{}", content_type="application/json").status_code == 401  # no cookies here
    wrong = client.post(address, "{}", content_type="application/json", headers={"Authorization": "Bearer x"})
    assert wrong.status_code == 401


def test_a_token_for_lineage_only_may_not_ask(pep, orders):
    pep.token = make_token(pep.user, "lineage")

    assert pep.post(EVALUATION, {}).status_code == 403


def test_a_resource_is_named_by_code_or_by_namespace_and_name(pep, orders):
    make_policy("open", OPEN)
    make_user("vic")

    for code in (orders.code, str(orders.code).upper(), f"{orders.namespace}/{orders.name}"):
        assert pep.decision(user("vic"), VIEW, thing(code)) is True
    for code in ("shop.public.orders", f"{orders.namespace}/orders", orders.pk, "", "/"):
        assert pep.decision(user("vic"), VIEW, thing(code)) is False


def test_a_name_that_means_two_resources_means_none(pep, orders):
    make_policy("open")
    make_asset(orders.name, kind="job")

    assert pep.decision(user("pep"), VIEW, thing(f"{orders.namespace}/{orders.name}")) is False
    assert pep.decision(user("pep"), VIEW, thing(orders.code)) is True


def test_a_subject_is_named_by_username_or_code(pep, orders):
    make_policy("sales", SALES)
    vic = make_user("vic", department="sales")

    assert pep.decision(user("vic"), VIEW, thing(orders.code)) is True
    assert pep.decision(user(str(vic.code)), VIEW, thing(orders.code)) is True
    assert pep.decision(user("VIC"), VIEW, thing(orders.code)) is False
    assert pep.decision({"type": "robot", "id": "vic"}, VIEW, thing(orders.code)) is False


def test_a_closed_account_may_nothing(pep, orders):
    make_policy("everybody")
    vic = make_user("vic")
    assert pep.decision(user("vic"), VIEW, thing(orders.code)) is True

    vic.is_active = False
    vic.save()

    assert pep.decision(user("vic"), VIEW, thing(orders.code)) is False
    body = {"subject": {"type": "user"}, "action": VIEW, "resource": thing(orders.code)}
    assert names(pep.answer(SUBJECT, body)) == ["pep"]
    assert names(pep.answer(ACTION, {"subject": user("vic"), "resource": thing(orders.code)})) == []
    asked = {"subject": user("vic"), "action": VIEW, "resource": {"type": "asset"}}
    assert names(pep.answer(RESOURCE, asked)) == []


def test_a_grant_permits_but_never_past_a_forbid(pep, orders):
    vic, tim = make_user("vic"), make_user("tim", "analyst")
    secret = make_asset("shop.public.secret", sensitivity=3)
    make_policy("never", {**OPEN, "operator": ">", "value": "confidential"}, effect="forbid")
    for asset in (orders, secret):
        make_grant(vic, asset)
        make_grant(vic, asset, "change", ends_at=timezone.now() - timedelta(hours=1), starts_at=YESTERDAY)
        make_grant(vic, asset, "discover", revoked_at=timezone.now(), revoke_reason="enough")
        to_role = make_grant(make_user(f"x{asset.pk}"), asset)
        Grant.objects.filter(pk=to_role.pk).update(user=None, group=Group.objects.get(name="analyst"))

    for person in (vic, tim):
        for asset in (orders, secret):
            asked = pep.decision(user(person.username), VIEW, thing(asset.code))
            assert asked is decide(person, asset, "view").allowed is (asset == orders)
        for other in (CHANGE, does("discover")):
            assert pep.decision(user(person.username), other, thing(orders.code)) is False
    body = {"subject": {"type": "user"}, "action": VIEW, "resource": thing(orders.code)}
    assert names(pep.answer(SUBJECT, body)) == ["giver", "tim", "vic"]  # giver is an administrator
    asked = {"subject": user("vic"), "action": VIEW, "resource": {"type": "asset"}}
    assert names(pep.answer(RESOURCE, asked)) == [str(orders.code)]


def test_properties_count_only_from_who_may_vouch_and_never_against_what_is_stored(pep, believed):
    make_policy("open-to-sales", OPEN, SALES)
    make_user("vic")
    make_user("hal", department="hr")
    unknown, secret = make_asset("a", sensitivity=None), make_asset("b", sensitivity=3)
    as_sales = {"department": "sales"}

    def asked(by, name, asset):
        return by.decision(user(name, **as_sales), VIEW, thing(asset.code, sensitivity="internal"))

    assert asked(believed, "vic", unknown) is True
    assert asked(pep, "vic", unknown) is False  # not believed
    assert asked(believed, "hal", unknown) is False  # hr is stored
    assert asked(believed, "vic", secret) is False  # restricted is stored


@pytest.mark.parametrize("said", ["\0", "\ud800", 7, True, None, [], {}, "x" * 2000])
def test_an_odd_property_is_unknown_and_harms_nothing(believed, orders, said):
    make_policy("sales", SALES)
    make_user("vic")
    body = {"subject": user("vic", department=said, clearance=said, roles=said), "action": VIEW}

    assert believed.answer(EVALUATION, {**body, "resource": thing(orders.code)})["decision"] is False
    assert believed.answer(RESOURCE, {**body, "resource": {"type": "asset"}})["results"] == []


def test_the_moment_comes_from_the_enforcement_point_but_not_its_clock(pep, believed, plain, orders):
    make_policy("research", {"attribute": "env.purpose", "operator": "==", "value": "research"})
    make_policy(
        "then",
        {"attribute": "env.time", "operator": "<", "value": "2020-01-01T00:00:00Z"},
        actions=["change"],
    )
    make_user("vic")
    here = thing(orders.code)
    research, then = {"purpose": "research"}, {"time": "2019-06-01T12:00:00Z"}

    assert pep.decision(user("vic"), VIEW, here, context=research) is True
    assert pep.decision(user("vic"), VIEW, here) is False
    assert plain.decision(user("plain"), VIEW, here, context=research) is False
    assert believed.decision(user("vic"), CHANGE, here, context=then) is True
    assert believed.decision(user("vic"), CHANGE, here, context={"time": "soon"}) is False
    assert pep.decision(user("vic"), CHANGE, here, context=then) is False


def test_the_enforcement_point_says_where_the_subject_is_but_declares_no_emergency(pep, believed, orders):
    inside = {"attribute": "env.network", "operator": "in", "value": ["10.0.0.0/8"]}
    fresh = {"attribute": "env.mfa_age", "operator": "<=", "value": 300}
    make_policy("inside", inside, fresh, {"attribute": "env.client", "operator": "==", "value": "kiosk"})
    make_policy(
        "emergencies", {"attribute": "env.break_glass", "operator": "==", "value": True}, actions=["change"]
    )
    here = thing(orders.code)
    context = {"network": "10.2.3.4", "mfa_age": 60, "client": "kiosk"}

    assert pep.decision(user("pep"), VIEW, here, context=context) is True
    for change in (
        {"network": "192.0.2.1"},
        {"network": "home"},
        {"mfa_age": 301},
        {"mfa_age": "60"},
        {"client": None},
    ):
        assert pep.decision(user("pep"), VIEW, here, context={**context, **change}) is False
    for by in (pep, believed):
        assert by.decision(user("pep"), CHANGE, here, context={"break_glass": True}) is False


def test_what_the_file_of_attributes_says_of_somebody_counts_in_every_answer(pep, orders, monkeypatch):
    widen(monkeypatch, {"user": {"role": {"type": "string"}}, "entities": {"user": {"vic": {"role": "dpo"}}}})
    make_policy("all")
    make_policy("not the dpo", {"attribute": "user.role", "operator": "==", "value": "dpo"}, **LENIENT)
    vic, amy = make_user("vic"), make_user("amy")

    for person, allowed in ((vic, False), (amy, True)):
        asked = pep.decision(user(person.username), VIEW, thing(orders.code))
        assert asked is decide(person, orders, "view").allowed is allowed
        assert type(orders).objects.visible_to(person).exists() is allowed
