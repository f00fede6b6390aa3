"""Many assets are changed at once: looked at first, each in its own transaction, undone where it stands."""

import pytest

from accesscontrol.audit.models import Entry
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset
from catalog.assets.services import change_asset
from catalog.bulk import carrying
from catalog.bulk.models import BulkEdit
from catalog.bulk.services import prepare_undo, start_edit
from catalog.domains.models import Domain
from catalog.tags.models import Classification
from catalog.tags.services import save_classification, save_tag, set_tags
from stewardship.approvals.models import Proposal
from stewardship.jobs.models import Job
from stewardship.jobs.services import cancel_job
from stewardship.jobs.work import run_job
from tests.build import make_policy, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tags(db):
    pii = save_classification(actor="tests", name="PII")
    for name in ("Contact", "Health"):
        save_tag(actor="tests", classification=pii, name=name)


def outcomes(edit):
    return list(edit.items.order_by("asset__name").values_list("state", "note"))


def expected(edit):
    return list(edit.items.order_by("asset__name").values_list("expected", flat=True))


def test_what_is_wished_for_is_said_of_each(ana, tables, prepared, carried_out):
    sales = Domain.objects.create(slug="sales", name="Sales")
    edit = prepared(ana, {"tier": 1, "domain": "sales", "owner": "ana"})

    job = carried_out(edit)

    assert (job.state, job.message) == ("succeeded", "3 changed.")
    assert set(Asset.objects.values_list("tier", "domain", "owner")) == {(1, sales.pk, ana.pk)}


def test_what_says_so_already_is_left_alone(ana, tables, prepared, carried_out):
    edit = prepared(ana, {"tier": 1})

    job = carried_out(edit)

    assert job.message == "2 changed, 1 said so already."
    assert outcomes(edit) == [("changed", ""), ("same", ""), ("changed", "")]
    assert Entry.objects.filter(action="catalog.asset_changed").count() == 2


def test_each_change_is_recorded_with_the_edit_that_made_it(ana, tables, prepared, carried_out):
    edit = prepared(ana, {"tier": 1})

    carried_out(edit)

    facts = Entry.objects.filter(action="catalog.asset_changed")
    assert {entry.actor for entry in facts} == {"ana"}
    assert all(f'"bulk_edit":"{edit.code}"' in entry.body for entry in facts)
    change_asset(asset=tables[0], actor="ana", changes={"tier": 5})
    assert "bulk_edit" not in Entry.objects.filter(action="catalog.asset_changed").first().body


def test_clearing_is_a_wish_too(ana, tables, prepared, carried_out):
    carried_out(prepared(ana, {"tier": None}))

    assert set(Asset.objects.values_list("tier", flat=True)) == {None}


def test_what_changed_since_somebody_looked_is_stale(ana, tables, prepared, carried_out):
    edit = prepared(ana, {"tier": 1})
    change_asset(asset=tables[2], actor="bob", changes={"description": "Bob's words."})

    carried_out(edit)

    assert outcomes(edit)[2] == ("stale", "Somebody changed it since you looked.")
    assert Asset.objects.get(pk=tables[2].pk).tier is None


def test_what_one_may_not_change_is_skipped(tables, prepared, carried_out):
    make_policy("all", actions=["view"])
    make_policy("first", {"attribute": "resource.tier", "operator": "==", "value": 2}, actions=["change"])
    stella = make_user("stella", "steward")
    edit = prepared(stella, {"location": "eu"})

    carried_out(edit)

    assert expected(edit) == ["change", "refused", "refused"]
    assert outcomes(edit) == [("changed", ""), *[("skipped", "You may not change it.")] * 2]


def test_what_one_may_not_change_is_proposed_on_request(vera, tables, prepared, carried_out):
    make_policy("all", actions=["view"])
    edit = prepared(vera, {"tier": 1})

    job = carried_out(edit, propose=True, reason="They matter.")

    assert job.message == "2 proposed, 1 said so already."
    made = Proposal.objects.order_by("subject_label")
    assert [(each.subject, each.after, each.reason) for each in made] == [
        (tables[0].code, {"tier": 1}, "They matter."),
        (tables[2].code, {"tier": 1}, "They matter."),
    ]


def test_tags_are_put_on_and_taken_away(ana, tables, prepared, carried_out, tags):
    set_tags(thing=tables[0], paths=["PII.Contact"], actor="ana")
    edit = prepared(ana, {"tags": {"add": ["PII.Health"], "remove": ["PII.Contact"]}, "tier": 1})

    carried_out(edit)

    assert [sorted(asset.tags) for asset in Asset.objects.order_by("name")] == [["PII.Health"]] * 3
    edit.refresh_from_db()
    carried_out(prepare_undo(edit=edit, actor=ana))
    assert [sorted(asset.tags) for asset in Asset.objects.order_by("name")] == [["PII.Contact"], [], []]
    assert list(Asset.objects.order_by("name").values_list("tier", flat=True)) == [2, 1, None]


def test_what_a_rule_is_against_is_skipped_with_its_reason(ana, tables, prepared, carried_out, tags):
    Classification.objects.update(exclusive=True)
    set_tags(thing=tables[0], paths=["PII.Contact"], actor="ana")
    edit = prepared(ana, {"tags": {"add": ["PII.Health"]}})

    carried_out(edit)

    assert outcomes(edit)[0] == ("skipped", "Tags: Of one of these classifications, choose one tag only.")


def test_rights_are_asked_for_again_when_it_runs(ana, vera, tables, prepared, carried_out):
    edit = prepared(ana, {"tier": 1})
    make_policy("all", {"attribute": "resource.name", "operator": "==", "value": "shop.public.t0"})
    make_policy(
        "change",
        {"attribute": "resource.name", "operator": "!=", "value": "shop.public.t0"},
        actions=["change"],
    )

    carried_out(edit)

    assert outcomes(edit) == [
        ("skipped", "You may not change it."),
        ("skipped", "You may not see it any more."),
        ("skipped", "You may not see it any more."),
    ]


def test_a_closed_account_changes_nothing(ana, tables, prepared):
    edit = prepared(ana, {"tier": 1})
    job = start_edit(edit=edit, actor=ana)
    ana.is_active = False
    ana.save()

    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "The account of who asked for it is closed.")
    assert {state for state, _ in outcomes(edit)} == {"waiting"}


def test_after_a_crash_only_the_rest_is_done(ana, tables, monkeypatch, prepared):
    edit = prepared(ana, {"tier": 1})
    job = start_edit(edit=edit, actor=ana)
    say, calls = carrying.say, []

    def dies_at_the_second(**what):
        calls.append(what)
        if len(calls) == 2:
            raise SystemExit
        say(**what)

    monkeypatch.setattr(carrying, "say", dies_at_the_second)
    with pytest.raises(SystemExit):
        run_job(job_id=job.pk)
    assert [state for state, _ in outcomes(edit)] == ["changed", "same", "waiting"]

    monkeypatch.setattr(carrying, "say", say)
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert job.message == "2 changed, 1 said so already."
    assert Entry.objects.filter(action="catalog.asset_changed").count() == 2
    run_job(job_id=job.pk)
    assert Entry.objects.filter(action="catalog.asset_changed").count() == 2


def test_cancelled_work_goes_on_where_it_stopped(ana, tables, monkeypatch, prepared, carried_out):
    monkeypatch.setattr(carrying, "STEP", 1)
    edit = prepared(ana, {"tier": 1})
    job = start_edit(edit=edit, actor=ana)
    say = carrying.say

    def asks_to_stop(**what):
        say(**what)
        cancel_job(job=job, actor="ana")

    monkeypatch.setattr(carrying, "say", asks_to_stop)
    run_job(job_id=job.pk)
    assert [state for state, _ in outcomes(edit)] == ["changed", "waiting", "waiting"]

    monkeypatch.setattr(carrying, "say", say)
    edit.refresh_from_db()
    again = carried_out(edit)

    assert again.pk != job.pk
    assert [state for state, _ in outcomes(edit)] == ["changed", "same", "changed"]
    edit.refresh_from_db()
    with pytest.raises(Refused, match="It has ended, and nothing is left to do"):
        start_edit(edit=edit, actor=ana)


def test_starting_twice_starts_once(ana, tables, prepared):
    edit = prepared(ana, {"tier": 1})

    assert start_edit(edit=edit, actor=ana) == start_edit(edit=edit, actor=ana)


def test_an_edit_is_undone_where_what_it_said_still_stands(ana, tables, prepared, carried_out):
    edit = prepared(ana, {"tier": 1, "location": "eu"})
    carried_out(edit)
    change_asset(asset=tables[0], actor="bob", changes={"description": "Other words."})
    change_asset(asset=tables[2], actor="bob", changes={"tier": 4})

    undoing = prepare_undo(edit=edit, actor=ana)
    job = carried_out(undoing)

    assert job.message == "2 changed, 1 changed meanwhile."
    assert outcomes(undoing) == [("changed", ""), ("changed", ""), ("stale", "Somebody changed it since.")]
    assert list(Asset.objects.order_by("name").values_list("tier", "location")) == [
        (2, ""),
        (1, ""),
        (4, "eu"),
    ]


def test_an_undoing_can_be_undone(ana, tables, prepared, carried_out):
    edit = prepared(ana, {"tier": 3})
    carried_out(edit)
    undoing = prepare_undo(edit=edit, actor=ana)
    carried_out(undoing)
    assert list(Asset.objects.order_by("name").values_list("tier", flat=True)) == [2, 1, None]

    carried_out(prepare_undo(edit=BulkEdit.objects.get(pk=undoing.pk), actor=ana))

    assert set(Asset.objects.values_list("tier", flat=True)) == {3}


def test_what_cannot_be_undone_is_refused(ana, tables, prepared, carried_out):
    edit = prepared(ana, {"tier": 1})
    with pytest.raises(Refused, match="It has not ended yet"):
        prepare_undo(edit=edit, actor=ana)
    carried_out(edit)
    prepare_undo(edit=edit, actor=ana)
    with pytest.raises(Refused, match="It was undone already"):
        prepare_undo(edit=edit, actor=ana)
    nothing = prepared(ana, {"tier": 1})
    carried_out(nothing)
    with pytest.raises(Refused, match="It changed nothing"):
        prepare_undo(edit=nothing, actor=ana)
