"""Campaigns: who is asked about which grant, what a decision does, and what happens to silence."""

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
from catalog.domains.models import Domain
from stewardship.approvals.inbox import waiting_for
from stewardship.recertification.models import Campaign, Item
from stewardship.recertification.services import close_campaigns, drop_grant, keep_grant, start_campaign
from stewardship.recertification.tasks import close
from tests.build import make_asset, make_grant, make_token, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """olga owns, sam is the steward of sales, ada decides on grants, bob and eve hold some."""
    found = {name: make_user(name) for name in ("olga", "sam", "bob", "eve")}
    Domain.objects.create(slug="sales", name="Sales", steward=found["sam"])
    return {**found, "ada": make_user("ada", "administrator")}


@pytest.fixture
def grant(people):
    orders = make_asset(owner=people["olga"], domain=Domain.objects.get())
    return make_grant(people["bob"], orders, days=30)


def soon(**span):
    return timezone.now() + timedelta(**(span or {"days": 7}))


def campaign(people, **said):
    return start_campaign(**{"name": "Spring", "due_at": soon(), "actor": people["ada"], **said})


def overdue(row):
    moved = {"started_at": soon(days=-9), "due_at": soon(days=-1)}
    Campaign.objects.filter(pk=row.pk).update(**moved)


def test_owner_and_steward_are_asked_never_the_holder(people, grant):
    make_grant(people["olga"], make_asset("shop.public.own", owner=people["olga"]), days=9)
    make_grant(people["eve"], make_asset("shop.public.orphan"), days=9)
    campaign(people)

    asked = {
        name: set(Item.objects.decidable_by(user).values_list("grant__object_label", flat=True))
        for name, user in people.items()
    }

    assert asked["olga"] == asked["sam"] == {"shop.public.orders"}
    assert asked["ada"] == {"shop.public.own", "shop.public.orphan"}
    assert asked["bob"] == asked["eve"] == set()
    assert (waiting_for(people["olga"]), waiting_for(people["ada"])) == (1, 2)


def test_the_scope_is_a_domain_and_live_grants_only(people, grant):
    make_grant(people["eve"], make_asset("shop.public.other"), days=9)
    make_grant(people["eve"], make_asset("shop.public.past"), starts_at=soon(days=-3), ends_at=soon(days=-1))

    assert [item.grant for item in campaign(people, domain="sales").items.all()] == [grant]
    assert campaign(people).items.count() == 2


@pytest.mark.parametrize(
    ("field", "said"),
    [("name", {"name": " "}), ("due_at", {"due_at": timedelta(days=-1)}), ("domain", {"domain": "nowhere"})],
)
def test_a_bad_campaign_is_refused_by_field(people, grant, field, said):
    moved = {key: soon(days=-1) if isinstance(value, timedelta) else value for key, value in said.items()}
    with pytest.raises(ValidationError) as refusal:
        campaign(people, **moved)
    assert list(refusal.value.message_dict) == [field]


def test_kept_until_a_day_or_revoked_for_a_reason(people, grant):
    item = campaign(people).items.get()
    until = soon(days=10)
    kept = keep_grant(item=item, actor=people["olga"], until=until)

    grant.refresh_from_db()
    assert (kept.decision, grant.ends_at) == ("kept", until)
    assert Entry.objects.filter(action="recertification.grant_kept", actor="olga").count() == 1
    with pytest.raises(Refused, match="decided already"):
        drop_grant(item=item, actor=people["sam"], reason="no")

    second = campaign(people).items.get()
    with pytest.raises(ValidationError):
        drop_grant(item=second, actor=people["sam"], reason=" ")
    drop_grant(item=second, actor=people["sam"], reason="moved on")
    grant.refresh_from_db()
    assert (grant.state, grant.revoke_reason) == ("revoked", "moved on")
    assert not may(people["bob"], make_asset("x"))


@pytest.mark.parametrize("name", ["bob", "eve", "ada"])
def test_others_do_not_decide(people, grant, name):
    item = campaign(people).items.get()

    for verb in (keep_grant, drop_grant):
        with pytest.raises(Refused, match="not yours"):
            verb(item=item, actor=people[name], reason="no")


def test_silence_revokes_at_the_due_date_once(people, grant):
    eve = make_grant(people["eve"], make_asset("shop.public.kept", owner=people["olga"]), days=9)
    gone = make_grant(people["eve"], make_asset("shop.public.gone", owner=people["olga"]), days=9)
    row = campaign(people)
    keep_grant(item=row.items.get(grant=eve), actor=people["olga"])
    Grant.objects.filter(pk=gone.pk).update(revoked_at=timezone.now(), revoke_reason="earlier")
    assert close() == 0
    overdue(row)

    assert (close_campaigns(), close_campaigns()) == (1, 0)

    states = dict(row.items.values_list("grant", "decision"))
    assert states == {grant.pk: "lapsed", eve.pk: "kept", gone.pk: "ended"}
    grant.refresh_from_db()
    assert grant.state == "revoked"
    assert "Nobody confirmed it in Spring" in grant.revoke_reason
    body = Entry.objects.get(action="recertification.closed").body
    assert '"revoked":1' in body
    assert '"actor":"system"' in body
    assert waiting_for(people["olga"]) == 0


def test_the_database_keeps_decisions_whole(people, grant):
    item = campaign(people).items.get()
    with pytest.raises(IntegrityError, match="decided_wholly"), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(decision="kept")


def test_the_pages_from_start_to_end(client, people, grant):
    client.force_login(people["ada"])
    assert client.post("/access/campaigns/new/", {"name": "Spring", "due": "2020-01-01"}).status_code == 400
    due = f"{soon():%Y-%m-%d}"
    assert client.post("/access/campaigns/new/", {"name": "Spring", "due": due}).status_code == 302
    row = Campaign.objects.get()
    page = f"/access/campaigns/{row.code}/"
    assert "0 of 1" in client.get(page).content.decode()
    assert "Keep" not in client.get(page).content.decode()

    client.force_login(people["olga"])
    assert "Access to confirm" in client.get("/inbox/").content.decode()
    assert "1 for you to decide" in client.get(page).content.decode()
    item = row.items.get()
    assert client.post(f"/access/campaigns/items/{item.code}/drop/", {"reason": ""}).status_code == 400
    assert client.post(f"/access/campaigns/items/{item.code}/keep/", {"until": "soon"}).status_code == 400
    assert client.post(f"/access/campaigns/items/{item.code}/keep/", {}).status_code == 302
    assert "1 of 1" in client.get(page).content.decode()
    assert "Kept" in client.get(page).content.decode()


def test_strangers_see_no_campaign(client, people, grant):
    row = campaign(people)
    item = row.items.get()
    client.force_login(people["bob"])

    assert client.get(f"/access/campaigns/{row.code}/").status_code == 404
    assert client.post(f"/access/campaigns/items/{item.code}/keep/").status_code == 404
    assert client.post(f"/access/campaigns/items/{item.code}/drop/").status_code == 404
    assert client.get("/access/campaigns/new/").status_code == 403
    assert "Spring" not in client.get("/access/campaigns/").content.decode()


def test_the_api_starts_lists_and_decides(client, people, grant):
    def call(name, url, body=None):
        headers = {"Authorization": f"Bearer {make_token(people[name])}"}
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return (client.get if body is None else client.post)(f"/api/v1/{url}", headers=headers, **sent)

    said = {"name": "Spring", "due_at": soon().isoformat()}
    assert call("bob", "campaigns/", said).status_code == 403
    assert call("ada", "campaigns/", {**said, "due_at": "x"}).json()["errors"][0]["field"] == "due_at"
    made = call("ada", "campaigns/", said)
    assert (made.status_code, made.json()["total"], made.json()["done"]) == (201, 1, 0)
    [item] = call("olga", "campaign-items/").json()["results"]
    assert call("bob", "campaign-items/").json()["results"] == []
    assert call("bob", f"campaign-items/{item['code']}/keep/", {}).status_code == 404
    assert call("olga", f"campaign-items/{item['code']}/drop/", {}).status_code == 400
    assert (
        call("olga", f"campaign-items/{item['code']}/drop/", {"reason": "over"}).json()["decision"]
        == "revoked"
    )
    assert call("olga", f"campaign-items/{item['code']}/keep/", {}).status_code == 409
    assert call("ada", f"campaigns/{made.json()['code']}/").json()["done"] == 1
