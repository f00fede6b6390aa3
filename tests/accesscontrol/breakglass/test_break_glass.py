"""An emergency: who may declare one, what it lifts, how loud it is, and that somebody else looks at it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accesscontrol.audit.models import Entry
from accesscontrol.breakglass import reads
from accesscontrol.breakglass.models import Emergency
from accesscontrol.breakglass.services import declare_emergency, end_emergency, review_emergency
from accesscontrol.breakglass.tasks import notify
from accesscontrol.policy.querysets import decide, explain_decision
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from stewardship.approvals.inbox import waiting_for
from tests.build import PASSWORD, make_asset, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db

WHY = "The nightly load fails and the shop is down"
TABLES = {"attribute": "resource.kind", "operator": "==", "value": "table"}


@pytest.fixture
def sam():
    return make_user("sam", "steward", email="sam@example.org")


@pytest.fixture
def pia():
    return make_user("pia", "privacy_officer", email="pia@example.org")


@pytest.fixture
def orders():
    """Everybody may view it; a forbid that an emergency lifts bars it, nothing else does."""
    make_policy("open")
    make_policy("freeze", TABLES, effect="forbid", overridable_by_break_glass=True)
    return make_asset()


def sees(user, asset):
    """List, decision and explanation, which must be one."""
    allowed = decide(user, asset, "view").allowed
    assert Asset.objects.visible_to(user).filter(pk=asset.pk).exists() == allowed
    assert explain_decision(user, asset, "view").decision.allowed == allowed
    return allowed


def broken_by(user, minutes=15):
    return declare_emergency(user=user, reason=WHY, minutes=minutes)


def past(row, **hours):
    """Move an emergency into the past."""
    gone = timedelta(**hours)
    moved = {"started_at": row.started_at - gone, "ends_at": row.ends_at - gone}
    Emergency.objects.filter(pk=row.pk).update(**moved)
    reads.forget()
    row.refresh_from_db()
    return row


def test_it_lifts_what_may_be_lifted_for_one_person(sam, pia, orders):
    assert not sees(sam, orders)

    row = broken_by(sam)

    assert sees(sam, orders)
    assert not sees(pia, orders)
    end_emergency(emergency=row, actor=sam)
    assert not sees(sam, orders)


def test_it_ends_by_the_clock_alone(sam, orders):
    row = broken_by(sam)
    assert sees(sam, orders)

    past(row, minutes=16)

    assert not sees(sam, orders)


def test_other_forbids_bind_as_before(sam, orders):
    make_policy("law", TABLES, effect="forbid")

    broken_by(sam)

    assert not sees(sam, orders)
    assert decide(sam, orders, "view").policies == ("law",)


def test_a_policy_may_permit_in_emergencies_only(sam):
    declared = {"attribute": "env.break_glass", "operator": "==", "value": True}
    asset = make_asset("shop.public.sealed", kind="file")
    make_policy("emergency-only", declared)
    assert not sees(sam, asset)

    broken_by(sam)

    assert sees(sam, asset)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("reason", {"reason": "broken"}),
        ("reason", {"reason": " " * 40}),
        ("minutes", {"minutes": 241}),
        ("minutes", {"minutes": 1}),
    ],
)
def test_a_bad_declaration_is_refused_by_field(sam, field, said):
    with pytest.raises(ValidationError) as refusal:
        declare_emergency(user=sam, **{"reason": WHY, "minutes": 15, **said})

    assert list(refusal.value.message_dict) == [field]


def test_one_at_a_time_and_not_while_the_last_waits_too_long(sam, pia):
    row = broken_by(sam)
    with pytest.raises(Refused, match="already"):
        broken_by(sam)

    past(row, hours=1)
    second = broken_by(sam)  # the first still has time to be reviewed
    end_emergency(emergency=second, actor=sam)
    row.refresh_from_db()
    assert row.ended_at == row.ends_at
    Emergency.objects.filter(pk=row.pk).update(
        started_at=row.started_at - timedelta(days=4),
        ends_at=row.ends_at - timedelta(days=4),
        ended_at=row.ended_at - timedelta(days=4),
    )
    with pytest.raises(Refused, match="never reviewed"):
        broken_by(sam)

    review_emergency(emergency=row, actor=pia, verdict="justified", findings="It was.")
    assert broken_by(sam).is_live


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("emergency_is_short", {"ends_at": timedelta(hours=5)}),
        ("emergency_is_short", {"ends_at": timedelta(hours=-5)}),
        ("emergency_ends_in_time", {"ended_at": timedelta(hours=1)}),
        ("emergency_reviewed_wholly", {"reviewed_at": timedelta(0)}),
        ("emergency_reviewed_wholly", {"verdict": "justified"}),
    ],
)
def test_the_database_keeps_the_rules_too(sam, rule, columns):
    row, now = broken_by(sam), timezone.now()
    moved = {key: now + value if isinstance(value, timedelta) else value for key, value in columns.items()}

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Emergency.objects.filter(pk=row.pk).update(**moved)


def test_nobody_reviews_their_own_a_live_one_or_one_twice(pia):
    adam = make_user("adam", "administrator")
    row = broken_by(pia)
    said = {"verdict": "justified", "findings": "Nothing odd."}

    with pytest.raises(Refused, match="not over"):
        review_emergency(emergency=row, actor=adam, **said)
    end_emergency(emergency=row, actor=adam)
    with pytest.raises(Refused, match="their own"):
        review_emergency(emergency=row, actor=pia, **said)
    with pytest.raises(ValidationError):
        review_emergency(emergency=row, actor=adam, verdict="justified", findings=" ")
    review_emergency(emergency=row, actor=adam, **said)
    with pytest.raises(Refused, match="already"):
        review_emergency(emergency=row, actor=adam, **said)


def test_what_is_done_meanwhile_is_marked_and_only_that(sam, pia):
    change_asset(asset=make_asset("a"), actor="sam", changes={"description": "before"})
    row = broken_by(sam)
    change_asset(asset=make_asset("b"), actor="sam", changes={"description": "in it"})
    change_asset(asset=make_asset("c"), actor="pia", changes={"description": "by another"})
    end_emergency(emergency=row, actor=sam)
    change_asset(asset=make_asset("d"), actor="sam", changes={"description": "after"})

    done = reads.done_within(row)

    assert [entry.action for entry in done] == [
        "breakglass.declared",
        "catalog.asset_changed",
        "breakglass.ended",
    ]
    assert Entry.objects.filter(body__contains='"break_glass"').count() == 3


def test_reviewers_are_told_at_once_by_mail_and_in_the_inbox(sam, pia):
    aud = make_user("aud", "auditor", email="aud@example.org")
    make_user("gone", "auditor", email="gone@example.org")
    make_user("eve", "viewer", email="eve@example.org")
    type(aud).objects.filter(username="gone").update(is_active=False)

    row = broken_by(sam)

    assert notify(str(row.code)) == 2
    assert {to for sent in mail.outbox for to in sent.to} == {"pia@example.org", "aud@example.org"}
    assert WHY in mail.outbox[0].body
    assert (waiting_for(pia), waiting_for(aud), waiting_for(sam)) == (1, 1, 0)


def declared(client, **said):
    return client.post("/access/emergency/", {"reason": WHY, "minutes": 15, "password": PASSWORD, **said})


def test_the_page_asks_for_the_password_again(client, sam):
    client.force_login(sam)

    wrong = declared(client, password="a guess, and a wrong one")
    assert wrong.status_code == 400
    assert "This is not your password." in wrong.content.decode()
    assert declared(client, reason="short").status_code == 400
    assert not Emergency.objects.exists()
    assert Entry.objects.filter(action="identity.sign_in_failed", actor="sam").count() == 1

    assert declared(client).status_code == 302
    assert Emergency.objects.get().is_live


def test_who_guesses_is_locked_out_as_at_the_door(client, sam):
    client.force_login(sam)

    answers = [declared(client, password=f"wrong guess {at}").status_code for at in range(6)]

    assert answers[0] == 400
    assert answers[-1] == 429
    assert declared(client).status_code == 429
    assert not Emergency.objects.exists()


def test_the_banner_is_on_every_page_until_it_is_ended(client, sam, orders):
    client.force_login(sam)
    assert declared(client).status_code == 302
    for address in ("/", "/jobs/", f"/catalog/assets/{orders.code}/"):
        text = client.get(address).content.decode()
        assert "You are in an emergency." in text
        assert "15 min left" in text

    row = Emergency.objects.get()
    assert client.post(f"/access/emergencies/{row.code}/end/").status_code == 302

    assert "You are in an emergency." not in client.get("/").content.decode()
    assert client.get(f"/catalog/assets/{orders.code}/").status_code == 404


def test_a_reviewer_reads_what_was_done_and_closes_it(client, sam, pia):
    row = broken_by(sam)
    end_emergency(emergency=row, actor=sam)
    client.force_login(pia)
    page = f"/access/emergencies/{row.code}/"

    assert "Emergencies" in client.get("/inbox/").content.decode()
    assert "breakglass.declared" in client.get(page).content.decode()
    assert client.post(f"{page}review/", {"verdict": "justified", "findings": ""}).status_code == 400
    assert client.post(f"{page}review/", {"verdict": "not_justified", "findings": "No."}).status_code == 302
    row.refresh_from_db()
    assert (row.verdict, row.reviewed_by) == ("not_justified", pia)
    assert "Not justified" in client.get("/access/emergencies/").content.decode()


def test_it_is_closed_to_the_wrong_person(client, sam):
    row = broken_by(sam)
    client.force_login(make_user("vic", "viewer"))
    page = f"/access/emergencies/{row.code}/"

    assert client.get("/access/emergency/").status_code == 403
    assert client.get("/access/emergencies/").status_code == 403
    assert client.get(page).status_code == client.post(f"{page}end/").status_code == 404
    client.force_login(sam)
    assert client.get(page).status_code == 200
    assert client.post(f"{page}review/", {}).status_code == 403


def test_decisions_for_other_programs_know_it_too(client, sam, orders):
    headers = {"Authorization": f"Bearer {make_token(sam)}"}
    asked = {
        "subject": {"type": "user", "id": "sam"},
        "action": {"name": "view"},
        "resource": {"type": "asset", "id": str(orders.code)},
    }

    def answer():
        sent = client.post("/access/v1/evaluation", asked, "application/json", headers=headers)
        return sent.json()["decision"]

    assert answer() is False
    broken_by(sam)
    assert answer() is True
