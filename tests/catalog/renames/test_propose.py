"""After a harvest: what went and what came may be the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset, Field
from catalog.harvest.models import Harvest
from catalog.renames.models import RenameProposal
from catalog.renames.services import decline_rename, propose_renames
from catalog.renames.tasks import PROPOSE
from catalog.sources.services import save_source
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_user
from tests.catalog.scratch import harvest, make_source

LEGS = "CREATE TABLE legs (id int PRIMARY KEY, length int, side text)"


@pytest.fixture
def shop(scratch_db, django_capture_on_commit_callbacks):
    """`shop("ALTER …")` runs statements and harvests, with all that follows from it."""
    made = []

    def run(*statements):
        scratch_db.run(*statements)
        if not made:
            made.append(make_source(scratch_db))
        with django_capture_on_commit_callbacks(execute=True):
            harvest(made[0])
        for job in Job.objects.filter(kind=PROPOSE, state="queued"):
            run_job(job_id=job.pk)

    return run


def proposed():
    rows = RenameProposal.objects.order_by("pk")
    return [(row.old.title, row.new.title, row.state) for row in rows]


def test_a_renamed_table_is_noticed(shop):
    shop(LEGS, "CREATE TABLE arms (id int, length int)")
    shop("ALTER TABLE legs RENAME TO limbs")

    assert proposed() == [("legs", "limbs", "open")]
    entry = Entry.objects.get(action="renames.proposed")
    assert '"count":1' in entry.body.replace(" ", "")


def test_the_next_harvest_does_not_propose_it_again(shop):
    shop(LEGS)
    shop("ALTER TABLE legs RENAME TO limbs")
    shop("CREATE TABLE other (id int)")

    assert proposed() == [("legs", "limbs", "open")]
    assert Asset.objects.get(name__endswith="legs").removed_at


def test_what_was_declined_is_not_proposed_again(shop, ana):
    shop(LEGS)
    shop("ALTER TABLE legs RENAME TO limbs")
    decline_rename(proposal=RenameProposal.objects.get(), actor=ana, reason="Another one")
    propose_renames(harvest=Harvest.objects.latest("began_at"))

    assert proposed() == [("legs", "limbs", "declined")]


def test_no_job_looks_where_nothing_is_away(shop):
    shop(LEGS)
    shop("ALTER TABLE legs ADD colour text")

    assert not Job.objects.filter(kind=PROPOSE).exists()


def test_what_only_looks_alike_is_another_table(shop):
    shop(LEGS)
    shop("DROP TABLE legs", "CREATE TABLE limbs (id int PRIMARY KEY, length int, colour text)")

    assert proposed() == []


@pytest.fixture
def two(db):
    """`two("7", "8")`: a source, an asset that went and one that came, with these ids in their source."""

    def make(old_id="", new_id="", columns="a b c", **more):
        settings = {"host": "sources.test", "user": "x", "database": "shop"}
        source = save_source(actor="tests", name="Shop", kind="postgresql", settings=settings)
        facts = {"database": "shop"}
        ids = [{**facts, "stable_id": each} if each else facts for each in (old_id, new_id)]
        old = make_asset("shop.legs", columns, source=source, facts=ids[0], missed_at=timezone.now())
        new = make_asset("shop.limbs", columns, source=source, facts=ids[1])
        Asset.objects.filter(pk=old.pk).update(**more)
        return source, old, new

    return make


def seen_by(source, **events):
    """A harvest to which these things happened: event -> asset."""
    now = timezone.now()
    row = Harvest.objects.create(source=source, actor="tests", began_at=now)
    for event, asset in events.items():
        number = asset.versions.count() + 1
        row.versions.create(asset=asset, number=number, event=event, impact="breaking", at=now)
    return row


@pytest.mark.parametrize(("id_", "confidence"), [("7", "certain"), ("", "likely")])
def test_the_same_id_is_certain_and_the_same_columns_are_likely(two, id_, confidence):
    source, old, new = two(id_, id_)

    assert propose_renames(harvest=seen_by(source, missing=old, first=new)) == 1
    row = RenameProposal.objects.get()
    assert (row.old, row.new, row.confidence) == (old, new, confidence)


def test_other_ids_are_other_things_however_alike(two):
    source, old, new = two("7", "8")

    assert propose_renames(harvest=seen_by(source, missing=old, first=new)) == 0


@pytest.mark.parametrize("side", ["first", "missing"])
def test_with_ids_each_side_may_be_noticed_by_its_own_harvest(two, side):
    source, old, new = two("7", "7", columns="a")

    harvest = seen_by(source, **{side: new if side == "first" else old})

    assert propose_renames(harvest=harvest) == 1


def test_an_id_that_went_long_ago_tells_nothing(two):
    source, _, new = two("7", "7", columns="a", removed_at=timezone.now() - timedelta(days=30))

    assert propose_renames(harvest=seen_by(source, first=new)) == 0


@pytest.mark.parametrize("number", [3, 100])
def test_it_takes_the_same_number_of_queries_for_any_number(two, number, django_assert_num_queries):
    source, old, new = two()
    harvest = seen_by(source, missing=old, first=new)
    for at in range(number):
        columns, now = f"a{at} b{at} c{at}", timezone.now()
        gone = make_asset(f"o{at}", columns, source=source, missed_at=now)
        came = make_asset(f"n{at}", columns, source=source)
        harvest.versions.create(asset=gone, number=1, event="missing", impact="breaking", at=now)
        harvest.versions.create(asset=came, number=1, event="first", at=now)
    Field.objects.update(data_type="int")

    with django_assert_num_queries(13):
        assert propose_renames(harvest=harvest) == number + 1


def test_proposals_wait_in_the_inbox_of_who_may_change_both(two, ana, signed_in):
    source, old, new = two("7", "7")
    propose_renames(harvest=seen_by(source, missing=old, first=new))

    assert "limbs is what legs was" in signed_in(ana).get("/inbox/").text
    assert "legs" not in signed_in(make_user("lee", "viewer")).get("/inbox/").text
