"""Who answers for what a harvest saw break, or for what lies downstream, is told once."""

from itertools import pairwise

import pytest
from django.utils import timezone

from catalog.assets.models import Asset
from catalog.domains.services import save_domain
from catalog.harvest.models import Harvest
from catalog.sources.services import save_source
from lineage.changes import services
from stewardship.following.services import follow
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from stewardship.notices.models import Notice
from tests.build import make_asset, make_user
from tests.catalog.scratch import harvest, make_source, scratch_database
from tests.lineage.graph.graphs import chain, draw
from tests.stewardship.discussions.talking import about

GONE = {"what": "column_removed", "impact": "breaking", "column": "email", "before": {"type": "text"}}


@pytest.fixture
def source(db):
    settings = {"host": "sources.test", "user": "x", "database": "shop"}
    return save_source(actor="tests", name="Shop", kind="postgresql", settings=settings)


@pytest.fixture
def saw(source):
    """`saw(asset, …)`: a harvest that saw a column of each go."""

    def make(*assets, impact="breaking", event="changed", changes=(GONE,)):
        row = Harvest.objects.create(source=source, actor="tests", began_at=timezone.now())
        for asset in assets:
            row.versions.create(
                asset=asset,
                number=asset.versions.count() + 1,
                event=event,
                impact=impact,
                changes=list(changes),
                at=timezone.now(),
            )
        return row

    return make


def owned(asset, name):
    """Give the asset an owner of this name."""
    asset.owner = make_user(name, "viewer")
    asset.save(update_fields=["owner"])
    return asset.owner


def told():
    rows = Notice.objects.order_by("pk").select_related("recipient")
    return {(row.recipient.username, row.title) for row in rows}


def hide(*assets):
    """Forbidden to everybody: see the policies of tests/lineage/conftest.py."""
    Asset.objects.filter(pk__in=[each.pk for each in assets]).update(location="vault")


LOST = "orders: Column email removed: text"


def test_owners_of_the_asset_and_of_all_downstream_are_told(saw):
    orders, sales, report = chain("orders", "sales", "report")
    for asset, name in ((orders, "ola"), (report, "rey")):
        owned(asset, name)
    sales.domain = save_domain(actor="tests", slug="s", name="S", steward=make_user("sam", "viewer"))
    sales.save(update_fields=["domain"])
    make_user("else", "viewer")

    assert services.tell_owners(harvest=saw(orders)) == 3

    assert told() == {("ola", LOST), ("rey", LOST), ("sam", LOST)}
    notice = Notice.objects.get(recipient__username="rey")
    assert (notice.severity, notice.topic, notice.about_code) == ("breaking", "schema_change", orders.code)
    assert "Your assets downstream of it: 1." in notice.text
    assert "report" not in notice.text  # which may be hidden later, while the notice stays
    assert notice.url == orders.versions.get().get_absolute_url()


def test_the_same_harvest_twice_tells_once(saw):
    orders, sales = chain("orders", "sales")
    owned(sales, "sam")
    seen = saw(orders)

    assert (services.tell_owners(harvest=seen), services.tell_owners(harvest=seen)) == (1, 0)
    assert Notice.objects.count() == 1


def test_who_owns_many_things_downstream_is_told_once_of_each_change(saw):
    orders, *others = [make_asset(f"shop.public.t{at}") for at in range(8)]
    draw(*((orders, other) for other in others))
    person = owned(others[0], "sam")
    Asset.objects.filter(pk__in=[each.pk for each in others]).update(owner=person)

    assert services.tell_owners(harvest=saw(orders)) == 1
    assert "Your assets downstream of it: 7." in Notice.objects.get().text


def test_a_hidden_asset_has_no_name_in_what_is_told(saw):
    secret, report = chain("salaries", "report")
    owned(report, "rey")
    hide(secret)

    assert services.tell_owners(harvest=saw(secret)) == 1

    notice = Notice.objects.get()
    assert notice.about_code == report.code
    assert notice.url == report.get_absolute_url()
    assert notice.title == "Something upstream of report changed"
    for word in ("salaries", "email", str(secret.code)):
        assert word not in f"{notice.title} {notice.text} {notice.url} {notice.key}"


def test_who_sees_neither_is_not_told(saw):
    orders, sales = chain("orders", "sales")
    owned(sales, "sam")
    hide(orders, sales)

    assert services.tell_owners(harvest=saw(orders)) == 0
    assert Notice.objects.count() == 0


def test_a_key_to_something_hidden_is_told_without_its_name(saw):
    orders = make_asset("shop.public.orders")
    owned(orders, "ola")
    key = {"name": "k", "columns": ["c"], "target": "hr.public.salaries", "target_columns": ["id"]}
    changed = {
        "what": "foreign_key_removed",
        "impact": "breaking",
        "column": "",
        "before": key,
        "after": None,
    }

    services.tell_owners(harvest=saw(orders, changes=[changed]))

    notice = Notice.objects.get()
    assert notice.title == "orders: Foreign key removed"
    assert "salaries" not in notice.text


@pytest.mark.parametrize(("impact", "severity"), [("strict", "warning"), ("compatible", "info")])
def test_what_breaks_nobody_is_told_to_whose_it_is_and_not_downstream(saw, impact, severity):
    orders, sales = chain("orders", "sales")
    owned(orders, "ola")
    owned(sales, "sam")

    assert services.tell_owners(harvest=saw(orders, impact=impact)) == 1
    assert Notice.objects.get().severity == severity
    assert told() == {("ola", LOST)}


def test_new_comments_alone_concern_nobody(saw):
    orders = make_asset("shop.public.orders")
    owned(orders, "ola")

    assert services.tell_owners(harvest=saw(orders, impact="documentation")) == 0


@pytest.mark.parametrize("impact", ["breaking", "strict", "compatible"])
def test_who_follows_it_is_told_once_and_only_of_what_they_see(saw, impact):
    orders, sales = chain("orders", "sales")
    person = owned(orders, "ola")
    fay, gil = (make_user(name, "viewer") for name in ("fay", "gil"))
    for asset, user in ((orders, person), (orders, fay), (sales, gil)):
        follow(subject=about(asset), actor=user)
    harvested = saw(orders, impact=impact)

    assert services.tell_owners(harvest=harvested) == 2
    assert services.tell_owners(harvest=harvested) == 0
    assert told() == {("ola", LOST), ("fay", LOST)}
    hide(orders)
    assert services.tell_owners(harvest=saw(orders, impact=impact)) == 0


def test_a_removed_asset_is_told(saw):
    orders, sales = chain("orders", "sales")
    owned(sales, "sam")
    gone = {"what": "asset_removed", "impact": "breaking", "column": ""}

    services.tell_owners(harvest=saw(orders, event="removed", changes=[gone]))

    assert told() == {("sam", "orders: Removed from its source")}


def test_very_many_changes_end_in_one_notice_for_the_rest(saw, monkeypatch):
    monkeypatch.setattr(services, "MOST_TOLD", 3)
    rows = [make_asset(f"shop.public.t{at}") for at in range(8)]
    person = owned(rows[0], "ola")
    Asset.objects.update(owner=person)

    assert services.tell_owners(harvest=saw(*rows)) == 4
    assert ("ola", "5 more changes of schemas concern you") in told()


def test_a_closed_account_is_not_told(saw):
    orders = make_asset("shop.public.orders")
    person = owned(orders, "ola")
    person.is_active = False
    person.save(update_fields=["is_active"])

    assert services.tell_owners(harvest=saw(orders)) == 0


def test_a_harvest_that_breaks_something_tells_by_a_job(db, django_capture_on_commit_callbacks):
    with scratch_database() as made:
        made.run("CREATE TABLE orders (id int, email text)")
        shop = make_source(made)
        harvest(shop)
        owned(Asset.objects.get(name__endswith=".orders"), "ola")
        made.run("ALTER TABLE orders DROP email")
        with django_capture_on_commit_callbacks(execute=True):
            harvest(shop)

    job = Job.objects.get(kind="lineage.changes")
    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.result["told"]) == ("succeeded", 1)
    assert told() == {("ola", LOST)}


def test_a_harvest_that_breaks_nothing_asks_for_no_job(db, django_capture_on_commit_callbacks):
    with scratch_database() as made, django_capture_on_commit_callbacks(execute=True):
        made.run("CREATE TABLE orders (id int)")
        harvest(make_source(made))

    assert not Job.objects.filter(kind="lineage.changes").exists()


@pytest.mark.parametrize("number", [2, 20])
def test_finding_out_costs_the_same_for_any_number_of_changes(saw, number, django_assert_num_queries):
    rows = [make_asset(f"shop.public.t{at}") for at in range(number)]
    draw(*pairwise(rows))
    Asset.objects.update(owner=make_user("ola", "viewer"))
    seen = saw(*rows)
    services.tell_owners(harvest=seen)

    with django_assert_num_queries(9):
        found = services.reads.changed(seen)
        below = services.reads.downstream({row.asset_id for row in found}, seen)
        (concern,) = services.reads.concerned(found, below)
        services.reads.seen(concern.person, {row.asset_id for row in found})
