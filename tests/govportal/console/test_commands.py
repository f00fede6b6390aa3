"""Somebody at the terminal, beside a portal and against one elsewhere."""

import csv
import json
import sqlite3
import sys

import pytest

from accesscontrol.audit.models import Entry
from govportal import __main__ as program
from govportal.console.main import run, run_harvest
from stewardship.approvals.models import Proposal
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_policy, make_token, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_search_is_a_table(types, ana):
    make_asset("shop.public.orders", owner=ana)
    make_asset("shop.public.order_lines")

    status, out, _ = types(ana, "search", "order")

    lines = out.splitlines()
    assert status == 0
    assert lines[0].split() == ["Name", "Kind", "Domain", "Owner", "Status", "Namespace", "Code"]
    assert [line.split()[0] for line in lines[1:3]] == ["shop.public.order_lines", "shop.public.orders"]
    assert lines[-1] == "2 found."


def test_a_search_keeps_its_limit_and_its_facets(types, ana):
    for number in range(3):
        make_asset(f"shop.public.orders_{number}")
    make_asset("shop.public.orders_view", kind="view")

    _, out, _ = types(ana, "search", "orders", "--where", "kind=table", "--limit", "2", "--sort", "name")

    assert out.splitlines()[-1] == "2 of 3 found."


def test_what_was_meant_is_said(types, ana):
    make_asset("shop.public.orders")

    assert types(ana, "search", "oders")[1].splitlines()[-1] == "Nothing found. Did you mean orders?"


def test_programs_read_json_and_csv(types, ana):
    make_asset("shop.public.orders", description="=1+1")

    as_json = json.loads(types(ana, "search", "orders", "--format", "json")[1])
    as_csv = list(csv.DictReader(types(ana, "search", "--format", "csv")[1].lstrip("\ufeff").splitlines()))

    assert [row["name"] for row in as_json] == [row["name"] for row in as_csv] == ["shop.public.orders"]
    assert as_json[0]["description"] == "=1+1"


def test_one_asset_with_its_fields(types, ana):
    make_asset("shop.public.orders", "id email", description="One row per order.", tier=1)

    status, out, _ = types(ana, "get", "shop.public.orders")

    assert status == 0
    assert "One row per order." in out
    assert "Tier" in out
    assert out.rstrip().splitlines()[-1].split()[0] == "email"
    found = json.loads(types(ana, "get", "shop.public.orders", "--format", "json")[1])
    assert [field["name"] for field in found["fields"]] == ["id", "email"]
    assert "=cmd" not in types(ana, "get", "shop.public.orders", "--format", "csv")[1]


def test_what_the_catalog_holds_gives_no_orders_to_a_terminal(types, ana):
    make_asset("shop.public.\x1b[2Jorders\u202e", description="a\x1b]0;owned\x07b\nc")

    for line in (["search"], ["get", "shop.public.\x1b[2Jorders\u202e"]):
        _, out, _ = types(ana, *line)
        assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_a_change_is_saved_in_ones_own_name(types, ana):
    asset = make_asset("shop.public.orders", owner=ana, gdpr_category="contact data")

    status, out, _ = types(
        ana, "change", "shop.public.orders", "--set", "tier=2", "--set", "description=a=b", "--clear", "owner"
    )

    asset.refresh_from_db()
    assert (status, out) == (0, "Saved. shop.public.orders is at version 2 now.\n")
    assert (asset.tier, asset.description, asset.owner) == (2, "a=b", None)
    assert Entry.objects.filter(action="catalog.asset_changed").get().actor == "ana"


def test_what_is_wrong_is_one_sentence_by_field(types, ana):
    make_asset("shop.public.orders")

    status, out, err = types(ana, "change", "shop.public.orders", "--set", "status=lost")

    assert (status, out) == (1, "")
    assert err == 'status: "lost" is not a valid choice.\n'


def test_who_may_not_change_proposes(types, vera):
    make_asset("shop.public.orders")
    saying = ["shop.public.orders", "--set", "description=Better."]

    refused, _, err = types(vera, "change", *saying)
    status, out, _ = types(vera, "propose", *saying, "--reason", "It says nothing.")

    assert (refused, err) == (1, "Your roles do not include this.\n")
    made = Proposal.objects.get()
    assert (status, made.author, made.after) == (0, vera, {"description": "Better."})
    assert out == f"Proposed as {made.code}. It waits for who decides about shop.public.orders.\n"


def test_nothing_to_change_is_said(types, ana):
    make_asset("shop.public.orders")

    assert types(ana, "change", "shop.public.orders")[::2] == (
        1,
        "Say what to change: --set NAME=VALUE, or --clear NAME.\n",
    )


def test_what_one_may_not_see_is_not_there(types, vera):
    make_policy("all", {"attribute": "resource.location", "operator": "==", "value": "eu"})
    make_asset("shop.public.hidden", location="us")

    status, out, err = types(vera, "get", "shop.public.hidden")

    assert (status, out) == (1, "")
    assert err == "There is no asset “shop.public.hidden” that you may see.\n"
    assert types(vera, "search", "hidden")[1].splitlines()[-1] == "Nothing found."


@pytest.mark.parametrize(
    "line",
    [["search", "--limit", "0"], ["change", "x", "--set", "tier"], ["propose", "x", "--set", "a=b"], ["get"]],
)
def test_what_cannot_be_understood_ends_with_2(line, capsys):
    with pytest.raises(SystemExit) as ended:
        run(line)

    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_on_this_machine_the_only_administrator_asks(ana, capsys):
    assert run(["search"]) == 1
    assert capsys.readouterr().err == "Say in whose name: --as USER.\n"
    make_user("root", "administrator")
    assert run(["search"]) == 0
    make_user("second", "administrator")
    assert run(["search"]) == 1
    assert run(["search", "--as", "nobody"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "There is no active account “nobody”."


def test_over_http_the_token_says_who_asks(live_server, monkeypatch, capsys):
    monkeypatch.setenv("GOVPORTAL_URL", live_server.url)

    assert run(["search", "--as", "ana"]) == 1
    assert run(["search"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "--as is for the portal of this machine; the token says who you are.",
        "Say which portal, and in whose name: GOVPORTAL_TOKEN is not set.",
    ]
    monkeypatch.setenv("GOVPORTAL_TOKEN", "gvp_x")
    monkeypatch.setenv("GOVPORTAL_URL", "http://127.0.0.1:9")
    assert run(["search"]) == 3


def test_a_source_is_harvested_over_http(live_server, ana, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GOVPORTAL_URL", live_server.url)
    monkeypatch.setenv("GOVPORTAL_TOKEN", make_token(ana))
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("CREATE TABLE orders (id integer)")
    _source(tmp_path)

    assert run_harvest(["shop", "--no-wait"]) == 0
    assert "is queued as job" in capsys.readouterr().out
    _work_at_once(monkeypatch)
    assert run_harvest(["shop"]) == 0
    assert capsys.readouterr().out.splitlines() == ["Assets: 2 created.", "shop: succeeded, 1 listed."]
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("ALTER TABLE orders ADD COLUMN paid integer")
    assert run_harvest(["shop"]) == 0
    assert (
        capsys.readouterr().out.splitlines()[-1]
        == "  changed  shop.orders (compatible): Column paid added: INTEGER"
    )
    (tmp_path / "shop.db").unlink()
    assert run_harvest(["shop"]) == 1
    assert capsys.readouterr().err


def _source(folder):
    from catalog.sources.services import save_source

    save_source(actor="tests", name="shop", kind="sqlite", settings={"path": str(folder / "shop.db")})


def _work_at_once(monkeypatch):
    """A job runs when somebody looks at it."""
    from govportal.client.jobs import Jobs
    from stewardship.jobs.models import Job

    look = Jobs.get

    def work_and_look(self, code):
        run_job(job_id=Job.objects.get(code=code).pk)
        return look(self, code)

    monkeypatch.setattr(Jobs, "get", work_and_look)


@pytest.mark.parametrize(
    ("line", "status", "sentence"),
    [
        ([], 2, "usage: govportal {change,ddl_capture,"),
        (["--help"], 0, "usage: govportal {"),
        (["serch"], 2, "There is no command “serch”. usage: "),
    ],
)
def test_the_program_explains_itself(line, status, sentence, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["govportal", *line])

    with pytest.raises(SystemExit) as ended:
        program.main()

    said = capsys.readouterr()
    assert ended.value.code == status
    assert (said.out + said.err).startswith(sentence)


def test_commands_of_the_machine_do_not_pretend_to_work_elsewhere(monkeypatch, capsys):
    monkeypatch.setenv("GOVPORTAL_URL", "http://portal")
    monkeypatch.setattr(sys, "argv", ["govportal", "sources", "list"])

    with pytest.raises(SystemExit) as ended:
        program.main()

    assert ended.value.code == 2
    assert "works on the portal's own machine only: unset GOVPORTAL_URL" in capsys.readouterr().err


def test_the_program_dispatches_to_the_verbs(ana, monkeypatch, capsys):
    make_asset("shop.public.orders")
    monkeypatch.setattr(sys, "argv", ["govportal", "search", "orders", "--as", "ana"])

    with pytest.raises(SystemExit) as ended:
        program.main()

    assert ended.value.code == 0
    assert "shop.public.orders" in capsys.readouterr().out
