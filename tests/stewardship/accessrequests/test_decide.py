"""Deciding: who may, that nobody decides their own, and that a yes is a grant that ends."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.grants.models import Grant
from accesscontrol.policy.querysets import may
from accesscontrol.refusal import Refused
from accesscontrol.roles.services import create_role
from catalog.domains.models import Domain
from stewardship.accessrequests.models import AccessRequest
from stewardship.accessrequests.services import (
    approve_request,
    cancel_request,
    deny_request,
    expire_requests,
    request_access,
    request_extension,
)
from tests.build import make_asset, make_grant, make_token, make_user

pytestmark = pytest.mark.django_db

API = "/api/v1/access-requests/"


@pytest.fixture
def people():
    """olga owns, sam is the steward of the domain, ada decides on grants; bob and eve have nothing."""
    sam = make_user("sam")
    found = {name: make_user(name) for name in ("olga", "bob", "eve")}
    Domain.objects.create(slug="sales", name="Sales", steward=sam)
    return {**found, "sam": sam, "ada": make_user("ada", "administrator")}


@pytest.fixture
def orders(people):
    return make_asset(owner=people["olga"], domain=Domain.objects.get())


def ask(asset, user, action="view", days=7):
    return request_access(actor=user, asked_as=str(asset.code), action=action, days=days, reason="month end")


def deciders(people):
    return {name for name, user in people.items() if AccessRequest.objects.decidable_by(user).exists()}


def test_owner_and_steward_decide_without_any_role(people, orders):
    ask(orders, people["bob"])

    assert deciders(people) == {"olga", "sam"}


def test_where_nobody_answers_those_decide_who_decide_on_grants(people):
    ask(make_asset("shop.public.orphan"), people["bob"])

    assert deciders(people) == {"ada"}


def test_an_owner_who_asks_is_answered_by_somebody_else(people):
    ask(make_asset("shop.public.own", owner=people["olga"]), people["olga"])

    assert deciders(people) == {"ada"}


def test_after_three_days_others_see_it_too(people, orders):
    row = ask(orders, people["bob"])
    AccessRequest.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=4))

    assert deciders(people) == {"olga", "sam", "ada"}


def test_a_yes_is_a_grant_that_ends(people, orders):
    row = approve_request(request=ask(orders, people["bob"]), actor=people["olga"], days=1)

    grant = Grant.objects.get()
    assert (row.status, row.grant, grant.request) == ("approved", grant, row.code)
    assert timedelta(hours=23) < grant.ends_at - timezone.now() <= timedelta(days=1)
    assert (grant.requested_by, grant.granted_by) == (people["bob"], people["olga"])
    assert may(people["bob"], orders)
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {"access.requested", "access.request_approved", "grants.access_granted"} <= actions


def test_a_no_says_why(people, orders):
    row = ask(orders, people["bob"])
    with pytest.raises(ValidationError):
        deny_request(request=row, actor=people["sam"], reason=" ")

    denied = deny_request(request=row, actor=people["sam"], reason="use the mart")

    assert (denied.status, denied.decision_reason) == ("denied", "use the mart")
    assert not may(people["bob"], orders)
    with pytest.raises(Refused, match="denied already"):
        approve_request(request=row, actor=people["olga"], days=1)


@pytest.mark.parametrize("name", ["bob", "eve", "ada"])
def test_who_does_not_answer_for_it_does_not_decide(people, orders, name):
    row = ask(orders, people["bob"])

    for verb, said in ((approve_request, {"days": 1}), (deny_request, {"reason": "no"})):
        with pytest.raises(Refused):
            verb(request=row, actor=people[name], **said)
    assert not Grant.objects.exists()


def test_the_database_refuses_ones_own_answer(people, orders):
    row = ask(orders, people["bob"])

    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        AccessRequest.objects.filter(pk=row.pk).update(status="approved", decided_by=people["bob"])


def test_only_who_asked_takes_it_back(people, orders):
    row = ask(orders, people["bob"])
    with pytest.raises(Refused):
        cancel_request(request=row, actor=people["olga"])

    cancel_request(request=row, actor=people["bob"])

    assert deciders(people) == {"olga", "sam"}  # they may still read it
    assert not AccessRequest.objects.decidable_by(people["olga"]).pending().exists()


def test_what_nobody_decided_lapses_once(people, orders):
    row = ask(orders, people["bob"])
    AccessRequest.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    row.refresh_from_db()
    assert (row.status, row.state) == ("pending", "expired")  # true before the clock comes round
    with pytest.raises(Refused, match="expired already"):
        approve_request(request=row, actor=people["olga"], days=1)

    assert (expire_requests(), expire_requests()) == (1, 0)
    assert Entry.objects.filter(action="access.request_expired").count() == 1


def test_more_time_moves_the_end_of_the_same_grant(people, orders):
    grant = make_grant(people["bob"], orders)
    with pytest.raises(Refused):
        request_extension(actor=people["eve"], grant=grant, days=7)

    row = request_extension(actor=people["bob"], grant=grant, days=7)
    approve_request(request=row, actor=people["olga"], days=3)

    assert Grant.objects.get().ends_at == grant.ends_at + timedelta(days=3)


def test_the_pages_lead_from_the_inbox_to_the_answer(client, people, orders):
    row = ask(orders, people["bob"])
    client.force_login(people["olga"])

    inbox = client.get("/inbox/").content.decode()
    assert "Access requests" in inbox
    assert orders.name in inbox
    assert 'aria-label="Inbox, 1 waiting"' in client.get("/counts/").content.decode()
    assert "Give access" in client.get(f"/access/requests/{row.code}/").content.decode()
    assert client.post(f"/access/requests/{row.code}/approve/", {"days": 0}).status_code == 400
    assert client.post(f"/access/requests/{row.code}/deny/", {"reason": ""}).status_code == 400
    assert client.post(f"/access/requests/{row.code}/approve/", {"days": 1}).status_code == 302
    assert 'aria-label="Inbox"' in client.get("/counts/").content.decode()

    client.force_login(people["bob"])
    mine = client.get("/access/requests/").content.decode()
    assert "Approved" in mine
    assert orders.name in mine
    assert "Access that ends soon" in mine
    assert client.post(f"/access/requests/more/{Grant.objects.get().code}/").status_code == 302
    assert AccessRequest.objects.pending().get().extends == Grant.objects.get()


def test_strangers_see_neither_page_nor_row(client, people, orders):
    row = ask(orders, people["bob"])
    client.force_login(people["eve"])

    for part, way in (("", "get"), ("approve/", "post"), ("deny/", "post"), ("cancel/", "post")):
        assert getattr(client, way)(f"/access/requests/{row.code}/{part}").status_code == 404
    assert str(row.code) not in client.get("/access/requests/?tab=decided").content.decode()


def test_the_api_lists_and_decides(client, people, orders):
    row = ask(orders, people["bob"])

    def call(name, url="", body=None):
        headers = {"Authorization": f"Bearer {make_token(people[name])}"}
        way = client.get if body is None else client.post
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return way(f"{API}{url}", headers=headers, **sent)

    def listed(name, asked):
        return [each["code"] for each in call(name, asked).json()["results"]]

    assert listed("bob", "?mine=true") == listed("olga", "?decidable=true") == [str(row.code)]
    assert listed("bob", "?decidable=true") == listed("eve", "") == listed("olga", "?mine=true") == []
    assert call("eve", f"{row.code}/approve/", {}).status_code == 404
    assert call("bob", f"{row.code}/approve/", {}).status_code == 403
    assert call("olga", f"{row.code}/deny/", {}).status_code == 400
    answer = call("olga", f"{row.code}/approve/", {"days": 1}).json()
    assert (answer["status"], answer["grant"]) == ("approved", str(Grant.objects.get().code))
    assert call("olga", f"{row.code}/approve/", {}).status_code in {403, 409}
    assert call("bob", f"{row.code}/").json()["approved_until"] is not None
    again = ask(orders, people["bob"], "change")
    assert call("olga", f"{again.code}/cancel/", {}).status_code == 409
    assert call("bob", f"{again.code}/cancel/", {}).json()["status"] == "cancelled"


def titles(client, user):
    client.force_login(user)
    return [row["title"] for row in client.get(API).json()["results"]]


def test_who_decides_on_grants_reads_only_the_names_they_decide_about(client, people, orders):
    """Everybody else's questions are rows without a name for who may not see what they are about."""
    permissions = ["accesscontrol.view_grant", "accesscontrol.change_grant"]
    create_role(name="keeper", actor="tests", permissions=permissions)
    kim = make_user("kim", "keeper")
    ask(orders, people["bob"])
    ask(make_asset("shop.public.orphan"), people["bob"])

    assert titles(client, kim) == ["shop.public.orphan", str(orders.code)]
    assert titles(client, people["olga"]) == ["shop.public.orders"]
    AccessRequest.objects.update(created_at=timezone.now() - timedelta(days=4))
    assert titles(client, kim) == ["shop.public.orphan", "shop.public.orders"]
