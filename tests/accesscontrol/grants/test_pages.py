"""Grants on pages and in the API: who may give, see, prolong and end them, and what their names say."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accesscontrol.grants.models import Grant
from accesscontrol.roles.services import create_role
from catalog.assets.models import Asset
from tests.build import make_asset, make_grant, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db

API = "/api/v1/grants/"


@pytest.fixture
def ada():
    return make_user("ada", "administrator")


@pytest.fixture
def bob():
    return make_user("bob", "viewer")


@pytest.fixture
def orders():
    return make_asset()


@pytest.fixture
def call(client):
    """Call the API as somebody: call(ada, "POST", url, body)."""

    def go(user, method, url, body=None):
        headers = {"Authorization": f"Bearer {make_token(user)}"}
        return client.generic(method, url, json.dumps(body), "application/json", headers=headers)

    return go


def test_an_administrator_gives_access_and_it_is_on_every_page(client, ada, bob, orders):
    client.force_login(ada)
    said = {"asset": orders.code, "user": "bob", "action": "view", "days": 1, "reason": "month end"}

    answer = client.post("/access/grants/new/", said, follow=True)

    grant = Grant.objects.get()
    assert answer.redirect_chain[-1][0] == f"/access/grants/{grant.code}/"
    assert grant.ends_at - timezone.now() < timedelta(days=1, minutes=1)
    client.force_login(bob)
    assert orders.name in client.get("/access/grants/").content.decode()
    assert client.get(f"/catalog/assets/{orders.code}/").status_code == 200
    assert "month end" in client.get(f"/access/grants/about/{orders.code}/").content.decode()


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"asset": uuid4()}, "There is no asset of this code."),
        ({"user": "nobody"}, "There is no user of this name."),
        ({"user": "ada"}, "Nobody gives access to themselves, nor"),
        ({"user": ""}, "Name a person or a role"),
        ({"days": 4000}, "less than or equal to 365"),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_a_form_says_what_is_wrong(client, ada, bob, orders, said, fault):
    client.force_login(ada)
    good = {"asset": orders.code, "user": "bob", "action": "view", "days": 1, "reason": "month end"}

    answer = client.post("/access/grants/new/", {**good, **said})

    assert answer.status_code in {400, 409}
    assert fault in answer.content.decode()
    assert not Grant.objects.exists()


def test_only_the_role_gives_access(client, bob, orders):
    client.force_login(bob)
    assert client.get("/access/grants/new/").status_code == 403
    assert client.get("/access/grants/").status_code == 200


def test_nobody_gives_access_to_what_they_may_not_know_of(client, call, bob, orders):
    create_role(name="keeper", actor="tests", permissions=["accesscontrol.add_grant"])
    kim = make_user("kim", "keeper")
    client.force_login(kim)
    said = {"user": "bob", "action": "view", "days": 7, "reason": "Month end."}
    ends = (timezone.now() + timedelta(days=7)).isoformat()
    told = []
    for code in (orders.code, uuid4()):
        page = client.post("/access/grants/new/", {**said, "asset": code})
        body = {"asset": str(code), "user": "bob", "action": "view", "reason": "r", "ends_at": ends}
        told.append((page.status_code, page.context["form"].errors, call(kim, "POST", API, body).json()))

    assert told[0] == told[1]
    assert told[0][1] == {"asset": ["There is no asset of this code."]}
    assert not Grant.objects.exists()


def test_strangers_do_not_know_of_a_grant(client, bob, orders):
    grant = make_grant(bob, orders)
    client.force_login(make_user("eve", "steward"))

    assert client.get(f"/access/grants/{grant.code}/").status_code == 404
    assert client.post(f"/access/grants/{grant.code}/revoke/", {"reason": "x"}).status_code == 404
    assert str(grant.code) not in client.get("/access/grants/").content.decode()
    assert client.get(f"/access/grants/about/{orders.code}/").status_code == 404


def test_the_name_is_shown_to_who_may_know_it(client, bob, orders):
    grant = make_grant(bob, orders)
    make_policy("closed", effect="forbid")
    client.force_login(bob)

    page = client.get(f"/access/grants/{grant.code}/").content.decode()

    assert orders.name not in page
    assert "An asset that you may not see" in page
    assert orders.name not in client.get("/access/grants/", {"asset": "orders"}).content.decode()
    assert "No exceptions here" in client.get("/access/grants/", {"asset": "orders"}).content.decode()


def test_the_list_is_filtered(client, ada, bob, orders):
    live = make_grant(bob, orders)
    past = timezone.now() - timedelta(days=2)
    ended = make_grant(bob, orders, starts_at=past, ends_at=past + timedelta(days=1))
    revoked = make_grant(bob, orders, revoked_at=past, revoke_reason="over")
    client.force_login(ada)

    def shown(**asked):
        text = client.get("/access/grants/", asked).content.decode()
        return {name for name, row in named.items() if str(row.code) in text}

    named = {"live": live, "ended": ended, "revoked": revoked}
    assert shown() == {"live"}
    assert shown(state="ended") == {"ended"}
    assert shown(state="revoked") == {"revoked"}
    assert shown(state="") == set(named)
    assert shown(state="live", person="bo") == {"live"}
    assert shown(state="live", person="eve") == set()
    assert shown(state="live", asset="ORDERS") == {"live"}
    assert shown(state="live", asset="invoices") == set()


def test_the_owner_ends_and_prolongs_and_the_holder_gives_it_back(client, bob, orders):
    olga = make_user("olga")
    Asset.objects.filter(pk=orders.pk).update(owner=olga)
    grant = make_grant(bob, orders)
    page = f"/access/grants/{grant.code}/"
    client.force_login(bob)
    assert client.post(f"{page}extend/", {"days": 3, "reason": "more"}).status_code == 403

    client.force_login(olga)
    assert client.post(f"{page}extend/", {"days": "", "reason": "more"}).status_code == 400
    assert client.post(f"{page}extend/", {"days": 3, "reason": "more"}).status_code == 302
    grant.refresh_from_db()
    assert grant.ends_at - timezone.now() > timedelta(days=2)

    client.force_login(bob)
    assert client.post(f"{page}revoke/", {"reason": ""}).status_code == 400
    assert client.post(f"{page}revoke/", {"reason": "done"}).status_code == 302
    assert client.post(f"{page}revoke/", {"reason": "again"}).status_code == 409
    assert "done" in client.get(page).content.decode()
    assert client.get(f"/catalog/assets/{orders.code}/").status_code == 404


def test_the_api_gives_lists_and_revokes(call, ada, bob, orders):
    end = (timezone.now() + timedelta(days=1)).isoformat()
    said = {"asset": str(orders.code), "user": "bob", "action": "view", "reason": "x", "ends_at": end}

    made = call(ada, "POST", API, said)

    assert made.status_code == 201
    code = made.json()["code"]
    assert made.json() | {"state": "live", "title": orders.name, "role": None} == made.json()
    assert [row["code"] for row in call(bob, "GET", f"{API}?state=live").json()["results"]] == [code]
    assert call(make_user("eve"), "GET", API).json()["results"] == []
    assert call(bob, "GET", f"{API}{code}/").json()["user"] == "bob"
    assert call(ada, "POST", f"{API}{code}/revoke/", {"reason": "over"}).json()["state"] == "revoked"
    assert call(ada, "POST", f"{API}{code}/revoke/", {"reason": "over"}).status_code == 409


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"asset": str(uuid4())}, "asset"),
        ({"user": "nobody"}, "user"),
        ({"action": "own"}, "action"),
        ({"ends_at": None}, "ends_at"),
        ({"reason": " "}, "reason"),
        ({"role": "viewer"}, "user"),
    ],
)
def test_the_api_names_the_field_at_fault(call, ada, bob, orders, said, field):
    end = (timezone.now() + timedelta(days=1)).isoformat()
    good = {"asset": str(orders.code), "user": "bob", "action": "view", "reason": "x", "ends_at": end}

    answer = call(ada, "POST", API, {**good, **said})

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_api_is_closed_to_the_wrong_person(call, bob, orders):
    grant, eve = make_grant(bob, orders), make_user("eve", "steward")

    assert call(eve, "POST", API, {}).status_code == 403
    assert call(eve, "GET", f"{API}{grant.code}/").status_code == 404
    assert call(eve, "POST", f"{API}{grant.code}/revoke/", {"reason": "x"}).status_code == 404


def test_a_page_costs_the_same_for_one_grant_and_for_many(client, ada, bob, orders):
    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get("/access/grants/")
        return len(found)

    client.force_login(ada)
    make_grant(bob, orders)
    queries()
    one = queries()
    for number in range(5):
        make_grant(bob, make_asset(f"shop.public.t{number}"))
    assert queries() == one
