"""Accepting and declining: what moves, to whom it is refused, and what the log says."""

import json

import pytest
from django.utils import timezone

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset, Field
from catalog.domains.services import save_domain
from catalog.renames.models import RenameProposal
from catalog.sources.services import save_source
from tests.build import make_asset, make_policy, make_user
from tests.catalog.scratch import harvest, make_source

JSON = {"content_type": "application/json"}


@pytest.fixture
def proposal(ana):
    """People said much of legs and a little of limbs."""
    sales = save_domain(actor="tests", slug="sales", name="Sales")
    said = {"description": "What one stands on", "owner": ana, "domain": sales, "sensitivity": 2}
    old = make_asset("legs", "id side", removed_at=timezone.now(), status="deprecated", **said)
    new = make_asset("limbs", "id side", description="Longer", facts={"title": "limbs"})
    Field.objects.filter(asset=old, name="side").update(
        description="Left or right", sensitive=True, identity="side", validation_rules=[{"rule": "x"}]
    )
    Field.objects.filter(asset=new, name="side").update(description="Which one")
    now = timezone.now()
    return RenameProposal.objects.create(old=old, new=new, confidence="likely", why="Alike", created_at=now)


@pytest.fixture
def looks(ana, signed_in):
    return signed_in(ana)


def test_the_page_says_what_would_move(looks, proposal):
    page = looks.get(proposal.get_absolute_url())

    assert page.status_code == 200
    for text in (
        "Is limbs what legs was?",
        "Likely",
        "Sales",
        "side: Identity",
        "Confidential",
        "Deprecated",
    ):
        assert text in page.text
    assert "What one stands on" not in page.text
    assert "Left or right" not in page.text


def test_accepted_it_takes_over_what_nobody_said_of_the_new_one(looks, proposal, ana):
    answer = looks.post(f"{proposal.get_absolute_url()}accept/", {"reason": "Ticket 7"})

    assert (answer.status_code, answer.url) == (302, proposal.new.get_absolute_url())
    new = Asset.objects.get(name="limbs")
    assert (new.description, new.owner, new.domain.slug, new.sensitivity) == ("Longer", ana, "sales", 2)
    assert (new.status, new.has_personal_data) == ("deprecated", True)
    side = new.fields.get(name="side")
    assert (side.description, side.sensitive, side.identity) == ("Which one", True, "side")
    assert side.validation_rules == [{"rule": "x"}]
    old = Asset.objects.get(name="legs")
    assert (old.description, old.facts["renamed_to"]) == ("What one stands on", str(new.code))
    assert (new.facts["renamed_from"], new.facts["title"]) == (str(old.code), "limbs")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by, proposal.reason) == ("accepted", ana, "Ticket 7")


def test_accepting_is_in_the_log_with_what_moved(looks, proposal):
    looks.post(f"{proposal.get_absolute_url()}accept/", {"reason": "Ticket 7"})

    details = json.loads(Entry.objects.get(action="renames.accepted").body)["details"]
    assert details["old"] == str(proposal.old.code)
    assert details["taken"] == ["domain", "owner", "sensitivity", "status"]
    assert (details["fields"], details["reason"]) == (["side"], "Ticket 7")
    assert Entry.objects.filter(action__in=["catalog.asset_changed", "catalog.field_changed"]).count() == 2


def test_both_tell_of_each_other_from_then_on(looks, proposal):
    looks.post(f"{proposal.get_absolute_url()}accept/")

    assert (
        f'href="{proposal.new.get_absolute_url()}">limbs' in looks.get(proposal.old.get_absolute_url()).text
    )
    assert f'href="{proposal.old.get_absolute_url()}">legs' in looks.get(proposal.new.get_absolute_url()).text


def test_what_it_was_is_not_told_to_who_may_not_see_it(looks, proposal, signed_in):
    looks.post(f"{proposal.get_absolute_url()}accept/")
    make_policy("all", {"attribute": "resource.name", "operator": "==", "value": "limbs"})
    browser = signed_in(make_user("lee", "viewer"))

    assert "legs" not in browser.get(proposal.new.get_absolute_url()).text
    assert str(proposal.old.code) not in str(browser.get(f"/api/v1/assets/{proposal.new.code}/").json())
    assert browser.get(proposal.get_absolute_url()).status_code == 404


def test_what_the_source_gave_counts_as_nothing_said(looks, proposal):
    main = save_domain(actor="tests", slug="main", name="Main")
    settings = {"host": "sources.test", "user": "x", "database": "shop"}
    source = save_source(actor="tests", name="S", kind="postgresql", settings=settings, domain=main)
    Asset.objects.filter(name="limbs").update(domain=main, source=source)

    looks.post(f"{proposal.get_absolute_url()}accept/")

    assert Asset.objects.get(name="limbs").domain.slug == "sales"


def test_declined_nothing_moves(looks, proposal):
    answer = looks.post(f"{proposal.get_absolute_url()}decline/", {"reason": "They are others"})

    assert answer.status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == ("declined", "They are others")
    assert Asset.objects.get(name="limbs").owner is None
    assert Entry.objects.filter(action="renames.declined").count() == 1


def test_to_decline_needs_a_reason(looks, proposal):
    page = looks.post(f"{proposal.get_absolute_url()}decline/", {"reason": " "})

    assert page.status_code == 400
    assert "Say how you know" in page.text


def decided(row):
    row.state, row.decided_at = "declined", timezone.now()
    row.decided_by = make_user("somebody")
    row.save()


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (lambda row: Asset.objects.filter(pk=row.old_id).update(removed_at=None), "came back"),
        (lambda row: Asset.objects.filter(pk=row.new_id).update(removed_at=timezone.now()), "is gone"),
        (decided, "It was declined already"),
    ],
)
def test_what_was_overtaken_is_refused(looks, proposal, meanwhile, reason):
    meanwhile(proposal)

    answer = looks.post(f"{proposal.get_absolute_url()}accept/")

    assert answer.status_code == 409
    assert reason in answer.text


def test_who_may_not_change_both_decides_nothing(proposal, signed_in):
    one = {"attribute": "resource.name", "operator": "==", "value": "limbs"}
    make_policy("all", actions=["view"])
    make_policy("one", one, actions=["change"])
    browser = signed_in(make_user("sam", "steward"))

    assert "Decide" not in browser.get(proposal.get_absolute_url()).text
    assert browser.post(f"{proposal.get_absolute_url()}accept/").status_code == 403
    assert browser.post(f"/api/v1/renames/{proposal.code}/decline/", {}, **JSON).status_code == 403


def test_the_same_by_api(looks, proposal):
    listed = looks.get("/api/v1/renames/?state=open").json()
    assert [(each["old_name"], each["new_name"]) for each in listed["results"]] == [("legs", "limbs")]
    assert looks.get("/api/v1/renames/?state=nonsense").status_code == 400
    assert looks.get(f"/api/v1/renames/{proposal.code}/").json()["confidence"] == "likely"

    refused = looks.post(f"/api/v1/renames/{proposal.code}/decline/", {}, **JSON)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "reason")
    answer = looks.post(f"/api/v1/renames/{proposal.code}/accept/", {}, **JSON)

    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert looks.post(f"/api/v1/renames/{proposal.code}/accept/", {}, **JSON).status_code == 409


def test_a_harvest_keeps_what_an_asset_was(scratch_db):
    scratch_db.run("CREATE TABLE t (id int)")
    source = make_source(scratch_db)
    harvest(source)
    row = Asset.objects.get(kind="table", source=source)
    row.facts["renamed_from"] = "a code"
    row.save(update_fields=["facts"])
    scratch_db.run("ALTER TABLE t ADD more text")
    harvest(source)

    row.refresh_from_db()
    assert row.facts["renamed_from"] == "a code"
    assert row.versions.count() == 2
