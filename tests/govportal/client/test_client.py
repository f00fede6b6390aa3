"""A program asks a running portal through the client, as a person with a token."""

import os
import subprocess
import sys
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from catalog.assets.models import Asset
from catalog.domains.models import Domain
from govportal.client import (
    Ambiguous,
    Conflict,
    Forbidden,
    Invalid,
    JobFailed,
    NotFound,
    NotSignedIn,
    Portal,
    PortalError,
    Unreachable,
)
from stewardship.approvals.models import Proposal
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ana(transactional_db):
    make_policy("all", actions=["view", "change"])
    return make_user("ana", "platform_engineer")


@pytest.fixture
def portal(live_server, ana):
    return Portal(live_server.url, make_token(ana))


@pytest.fixture
def veras(live_server, ana):
    return Portal(live_server.url, make_token(make_user("vera", "viewer")))


def test_a_search_is_read_page_by_page(portal):
    for number in range(7):
        make_asset(f"shop.public.orders_{number}")
    make_asset("shop.public.people")

    hits = portal.search("orders", page_size=3)

    assert [hit.title for hit in hits] == [f"orders_{number}" for number in range(7)]
    assert hits.count == 7
    kinds = next(facet for facet in hits.facets if facet.name == "kind")
    assert [(each.value, each.count) for each in kinds.choices] == [("table", 7)]


def test_a_search_takes_facets_and_says_what_was_meant(portal):
    sales = Domain.objects.create(slug="sales", name="Sales")
    make_asset("shop.public.orders", domain=sales)
    make_asset("shop.public.returns")

    assert [hit.name for hit in portal.search(domain="sales")] == ["shop.public.orders"]
    assert [hit.name for hit in portal.search(domain=["sales", "none"])] == [
        "shop.public.orders",
        "shop.public.returns",
    ]
    assert portal.search("oders").did_you_mean == ("orders",)


def test_an_asset_is_found_by_its_name_and_typed(portal, ana):
    make_asset("shop.public.orders", "id email", owner=ana, tier=1)

    found = portal.asset("shop.public.orders")

    assert (found.name, found.owner, found.tier, found.status) == ("shop.public.orders", "ana", 1, "active")
    assert isinstance(found.created_at, datetime)
    assert [field.name for field in found.fields] == ["id", "email"]
    assert portal.asset(found.code) == portal.asset(found) == found


def test_a_name_of_two_things_is_not_guessed(portal):
    make_asset("orders", namespace="file://a")
    make_asset("orders", namespace="file://b")

    with pytest.raises(Ambiguous, match=r"There are 2 of the name “orders”\. Give a code: .* in file://a"):
        portal.asset("orders")


def test_what_is_not_there_is_said(portal):
    with pytest.raises(NotFound, match="There is no asset “nothing” that you may see"):
        portal.asset("nothing")


def test_changes_are_saved_and_a_stale_one_is_refused(portal):
    make_asset("shop.public.orders", "id")
    seen = portal.asset("shop.public.orders")

    changed = portal.change(seen, {"description": "One row per order.", "tier": 2}, version=seen.version)
    field = portal.assets.change_field(seen.fields[0], {"description": "The number of the order."})

    assert (changed.description, changed.tier, changed.version) == ("One row per order.", 2, seen.version + 1)
    assert field.description == "The number of the order."
    with pytest.raises(Conflict, match="Somebody changed this meanwhile"):
        portal.change(seen, {"description": "Something else."}, version=seen.version)


def test_the_fields_that_are_wrong_are_named(portal):
    make_asset()

    with pytest.raises(Invalid) as refused:
        portal.change("shop.public.orders", {"status": "lost", "owner": "nobody"})

    assert set(refused.value.by_field) == {"status", "owner"}
    assert refused.value.status == 400
    assert "status: " in str(refused.value)


def test_who_may_not_change_proposes(portal, veras):
    make_asset()

    with pytest.raises(Forbidden):
        veras.change("shop.public.orders", {"description": "Hers."})
    made = veras.propose("shop.public.orders", {"description": "Hers."}, reason="It says nothing.")

    assert (made.author, made.state, made.after) == ("vera", "open", {"description": "Hers."})
    assert Proposal.objects.get().code == made.code
    assert [each.code for each in veras.proposals(state="open")] == [made.code]


def test_what_policies_hide_is_not_there(live_server, ana):
    make_policy(
        "all",
        actions=["view"],
        conditions=[{"attribute": "resource.location", "operator": "==", "value": "eu"}],
    )
    make_asset("shop.public.seen", location="eu")
    hidden = make_asset("shop.public.hidden", location="us")
    portal = Portal(live_server.url, make_token(ana))

    assert [hit.name for hit in portal.search()] == ["shop.public.seen"]
    assert portal.assets.list().count == 1
    with pytest.raises(NotFound):
        portal.asset(hidden.code)


def test_long_work_is_waited_for(portal, ana):
    job = Job.objects.create(kind="tests.work", actor="ana", state="running", message="Half done.")
    heard = []

    def end(seen):
        heard.append(seen.message)
        Job.objects.filter(pk=job.pk).update(state="succeeded", message="Done.", finished_at=job.created_at)

    done = portal.wait(portal.jobs.get(job.code), every=0.01, tell=end)

    assert (done.state, heard) == ("succeeded", ["Half done.", "Done."])


def test_work_that_fails_or_lasts_is_said(portal):
    failed = Job.objects.create(kind="tests.work", actor="ana", state="running", message="No room.")
    lasts = Job.objects.create(kind="tests.work", actor="ana", state="running")
    Job.objects.filter(pk=failed.pk).update(state="failed", finished_at=failed.created_at)

    with pytest.raises(JobFailed, match=r"No room\."):
        portal.wait(portal.jobs.get(failed.code))
    with pytest.raises(JobFailed, match=r"did not end within 0.05 seconds"):
        portal.wait(portal.jobs.get(lasts.code), timeout=0.05, every=0.01)


def test_sources_come_and_go_as_yaml(portal, tmp_path):
    document = f"name: shop\nkind: sqlite\nsettings:\n  path: {tmp_path}/shop.db\n"

    done = portal.sources.import_document(document)

    assert [(each.name, each.outcome) for each in done] == [("shop", "created")]
    assert portal.sources.get("shop").kind == "sqlite"
    assert "name: shop" in portal.sources.export("shop")
    assert [
        (e.name, e.outcome)
        for e in portal.sources.import_document(
            {"sources": [{"name": "shop", "kind": "sqlite", "settings": {"path": f"{tmp_path}/shop.db"}}]}
        )
    ] == [("shop", "unchanged")]
    answer = portal.sources.test("shop")
    assert (answer.reached, bool(answer.error)) == (False, True)


def test_an_asset_is_registered_by_hand(portal):
    made = portal.assets.register(
        kind="file",
        namespace="file://share",
        name="people.csv",
        fields=[{"name": "email", "identity": "email"}],
    )

    assert (made.has_personal_data, made.fields[0].identity) == (True, "email")
    assert Asset.objects.get().code == made.code


def test_many_assets_are_changed_and_changed_back(portal):
    for number in range(3):
        make_asset(f"shop.public.orders_{number}")

    edit = portal.bulk.prepare({"tier": 1}, query="q=orders")
    assert (edit.state, edit.expected.change) == ("prepared", 3)
    for each in (edit, None):
        job = portal.bulk.start(each or portal.bulk.undo(edit))
        run_job(job_id=Job.objects.get(code=job.code).pk)

    assert portal.bulk.get(edit.code).outcome.changed == 3
    assert [item.after for item in portal.bulk.items(edit, state="changed")] == [{"tier": 1}] * 3
    assert {asset.tier for asset in portal.assets.list()} == {None}
    waiting = portal.bulk.prepare({"tier": 2}, assets=[portal.asset("shop.public.orders_0").code])
    portal.bulk.discard(waiting)
    assert portal.bulk.list().count == 2


@pytest.mark.parametrize(
    ("url", "token", "sentence"),
    [
        ("", "", "GOVPORTAL_URL is not set"),
        ("http://portal", "", "GOVPORTAL_TOKEN is not set"),
        ("portal.example.org", "gvp_x", "is not the address of a portal"),
        ("file:///etc/passwd", "gvp_x", "is not the address of a portal"),
        ("http://portal", "gvp_x\r\nHost: other", "This is not a token"),
    ],
)
def test_an_address_or_a_token_that_cannot_be_is_said(url, token, sentence, monkeypatch):
    monkeypatch.delenv("GOVPORTAL_URL", raising=False)
    monkeypatch.delenv("GOVPORTAL_TOKEN", raising=False)

    with pytest.raises(PortalError, match=sentence):
        Portal(url, token)


def test_the_environment_says_which_portal(live_server, ana, monkeypatch):
    monkeypatch.setenv("GOVPORTAL_URL", live_server.url)
    monkeypatch.setenv("GOVPORTAL_TOKEN", make_token(ana))

    assert Portal().me()["username"] == "ana"


def test_a_token_that_does_not_hold_is_said(live_server, ana):
    with pytest.raises(NotSignedIn, match="unknown, expired or revoked"):
        Portal(live_server.url, "gvp_wrong").me()
    with pytest.raises(Forbidden):
        Portal(live_server.url, make_token(ana, "read")).change(make_asset().code, {"tier": 1})


def test_something_else_that_answers_is_not_taken_for_a_portal(live_server, ana):
    with pytest.raises(Unreachable, match="not the portal's API"):
        Portal(f"{live_server.url}/nowhere", make_token(ana)).me()
    with pytest.raises(Unreachable, match="does not answer"):
        Portal("http://127.0.0.1:9", "gvp_x").me()


def test_a_token_is_not_carried_elsewhere():
    heard = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{server.server_port}/stolen")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(Unreachable, match=r"sends on to .*/stolen\. Give that address instead"):
            Portal(f"http://127.0.0.1:{server.server_port}", "gvp_x").me()
    finally:
        server.shutdown()
        server.server_close()
    assert heard == ["/api/v1/me/"]


def test_the_client_needs_the_standard_library_only():
    """It runs on a laptop that has nothing of the portal but this folder."""
    program = (
        "import sys; before = set(sys.modules); import govportal.client; "
        "print({name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    clean = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}

    done = subprocess.run(
        [sys.executable, "-c", program], env=clean, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "{'govportal'}"
