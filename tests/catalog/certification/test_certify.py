"""Certificates: who vouches for an asset, until when, why, and how it ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from catalog.certification.models import Certificate
from catalog.certification.services import certify_asset, withdraw_certificate
from catalog.certification.tasks import look_at_ends
from catalog.certification.terms import TERMS, last_day
from catalog.domains.services import save_domain
from stewardship.approvals.models import Proposal
from stewardship.approvals.services import approve
from stewardship.notices.models import Notice
from tests.build import make_asset, make_token, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def stella(everybody_sees):
    return make_user("stella", "steward")


@pytest.fixture
def asset(everybody_sees):
    return make_asset(owner=make_user("olga", "viewer"), business_owner=make_user("boris", "viewer"))


def in_days(days):
    return (timezone.now() + timedelta(days=days)).date()


def pass_days(days):
    """Let every certificate be that many days older."""
    for row in Certificate.objects.all():
        span = timedelta(days=days)
        until = row.until and row.until - span
        Certificate.objects.filter(pk=row.pk).update(granted_at=row.granted_at - span, until=until)
        if row.ended_at is None:
            Asset.objects.filter(pk=row.asset_id).update(certified_until=until)


def page(asset):
    return f"/catalog/assets/{asset.code}/certificate/"


def test_a_steward_certifies_renews_and_withdraws(stella, asset, signed_in):
    browser = signed_in(stella)
    first = {
        "version": "1",
        "certification": "silver",
        "until": str(in_days(90)),
        "why": "Checked the joins.",
    }
    browser.post(page(asset), first)
    asset.refresh_from_db()
    assert (asset.certification, last_day(asset.certified_until), asset.version) == ("silver", in_days(90), 2)

    renewed = {"version": "2", "certification": "gold", "until": "", "why": "Contract signed."}
    browser.post(page(asset), renewed)
    asset.refresh_from_db()
    shown = browser.get(asset.get_absolute_url()).text
    assert (asset.certification, asset.certified_until) == ("gold", None)
    assert "Contract signed." in shown
    assert "Checked the joins." in shown

    browser.post(page(asset), {"version": "3", "certification": "", "until": "", "why": "Found a duplicate."})
    asset.refresh_from_db()
    assert (asset.certification, asset.is_certified) == ("", False)
    rows = Certificate.objects.order_by("pk")
    assert [(row.level, row.end, row.ended_by) for row in rows] == [
        ("silver", "replaced", stella),
        ("gold", "withdrawn", stella),
    ]
    facts = Entry.objects.filter(object_id=str(asset.code)).order_by("pk").values_list("action", flat=True)
    assert list(facts) == ["catalog.asset_certified", "catalog.asset_certified", "catalog.certificate_ended"]


def test_who_may_not_certify_proposes_it_with_the_same_reason(stella, asset, vera, signed_in):
    form = {"version": "1", "certification": "bronze", "until": str(in_days(30)), "why": "I use it daily."}
    shown = signed_in(vera).get(page(asset))

    signed_in(vera).post(page(asset), form)
    proposal = Proposal.objects.get()
    waiting = signed_in(stella).get("/inbox/").text
    approve(proposal=proposal, actor=stella)

    assert shown.text.count('name="why"') == 1
    assert 'name="reason"' not in shown.text
    assert (proposal.verb, proposal.reason) == ("catalog.certify_asset", "I use it daily.")
    assert "Certify an asset: last day, level, reason" in waiting
    asset.refresh_from_db()
    assert (asset.certification, last_day(asset.certified_until)) == ("bronze", in_days(30))
    assert Certificate.objects.get().by == stella


def test_a_renewal_that_keeps_the_level_can_be_proposed(stella, asset, vera, signed_in):
    certify_asset(asset=asset, level="gold", reason="Good.", actor="stella", until=in_days(10))
    form = {"version": "2", "certification": "gold", "until": str(in_days(300)), "why": "Still good."}

    signed_in(vera).post(page(asset), form)
    approve(proposal=Proposal.objects.get(), actor=stella)

    asset.refresh_from_db()
    assert (asset.certification, last_day(asset.certified_until)) == ("gold", in_days(300))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"why": ""}, "why"),
        ({"certification": "platinum"}, "certification"),
        ({"until": "soon"}, "until"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "2999-01-01"}, "until"),
        ({"certification": ""}, "certification"),
    ],
)
def test_what_is_wrong_is_named(stella, asset, signed_in, wrong, field):
    good = {"version": "1", "certification": "gold", "until": str(in_days(9)), "why": "Fine."}

    answer = signed_in(stella).post(page(asset), {**good, **wrong})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])


def test_two_at_once_are_told_of_each_other(stella, asset, signed_in):
    certify_asset(asset=asset, level="gold", reason="First.", actor="leo")

    answer = signed_in(stella).post(
        page(asset), {"version": "1", "certification": "bronze", "until": "", "why": "Second."}
    )

    assert answer.status_code == 409
    assert answer.context["overtaken"][0] == ("Certificate", "Gold", "Bronze")


def test_those_who_answer_hear_of_the_end_once_before_and_once_after(stella, asset):
    sales = save_domain(actor="tests", slug="sales", name="Sales", steward=stella)
    Asset.objects.filter(pk=asset.pk).update(domain=sales)
    certify_asset(asset=asset, level="gold", reason="Good.", actor="ana", until=in_days(100))

    assert look_at_ends() == 0
    pass_days(95)
    assert (look_at_ends(), look_at_ends()) == (3, 0)
    told = Notice.objects.filter(topic="certificate")
    assert {notice.recipient.username for notice in told} == {"olga", "boris", "stella"}

    pass_days(10)
    assert Asset.objects.get().is_certified is False
    assert (look_at_ends(), look_at_ends()) == (1, 0)
    asset.refresh_from_db()
    assert (asset.certification, asset.certified_until) == ("", None)
    assert Certificate.objects.get().end == "expired"
    assert told.filter(title__contains="has run out").count() == 3


def test_the_database_allows_one_certificate_at_a_time(asset):
    certify_asset(asset=asset, level="gold", reason="Good.", actor="ana")

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(asset=asset, level="bronze", reason="Two.")


def test_nothing_is_withdrawn_where_nothing_is(asset):
    with pytest.raises(ValidationError, match="bears no certificate"):
        withdraw_certificate(asset=asset, reason="x", actor="ana")


def test_the_api_certifies_lists_and_withdraws(client, ana, asset):
    told = {"headers": {"Authorization": f"Bearer {make_token(ana)}"}, "content_type": "application/json"}
    at = f"/api/v1/assets/{asset.code}/certificates/"

    made = client.post(at, {"level": "gold", "reason": "Good.", "until": str(in_days(30))}, **told)
    stale = client.post(at, {"level": "gold", "reason": "Good.", "version": 1}, **told)
    listed = client.get(at, **told).json()
    gone = client.delete(at, {"reason": "No longer."}, **told)

    assert (made.status_code, stale.status_code, gone.status_code) == (201, 409, 204)
    assert [(row["level"], row["by"], row["reason"]) for row in listed] == [("gold", "ana", "Good.")]
    assert Asset.objects.get().certification == ""


def test_only_who_may_certify_does_by_the_api(client, vera, asset):
    headers = {"Authorization": f"Bearer {make_token(vera)}"}

    answer = client.post(
        f"/api/v1/assets/{asset.code}/certificates/", {"level": "gold", "reason": "x"}, headers=headers
    )

    assert answer.status_code == 403


def test_warnings_come_in_their_turn():
    start = timezone.now()
    until = start + timedelta(days=100)

    due = [TERMS.due(start, until, until - timedelta(days=left)) for left in (40, 29, 6, -1)]

    assert [span and span.days for span in due] == [None, 30, 7, None]
