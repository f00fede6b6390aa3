from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.domains.models import Domain
from lineage.graph.badges import badges
from quality.rules.services import define_rule
from quality.runs.models import Violation
from quality.runs.plan import Verdict
from quality.runs.services import keep_results, submit_rule_run
from stewardship.jobs.work import run_job
from tests.build import make_asset, make_token


def make_rule(name: str, value: float | None = None, **attributes):
    """A rule about the volume of an asset of its own, measured once if `value` is given."""
    rule = define_volume(make_asset(f"shop.public.{name}", **attributes), f"{name} volume")
    if value is not None:
        measured(rule, value)
    return rule


def define_volume(asset, name: str):
    return define_rule(asset=asset, actor="alice", name=name, kind="volume", parameters={"minimum": 10})


def measured(rule, value: float) -> None:
    verdict = Verdict("pass", value, 10, "as counted")
    keep_results(verdicts={rule.pk: verdict}, at=timezone.now(), actor="tests", job_id=None)


def tiles(client):
    shown = client.get("/quality/").context["tiles"]
    return shown.rules, shown.failing, shown.open_violations, shown.covered, shown.coverable


def test_the_board_counts_what_the_reader_may_see(client, bob):
    make_rule("orders", 0.5)
    make_rule("items", 1.0)
    make_rule("secret", 0.0, location="vault")
    make_asset("shop.public.bare")
    client.force_login(bob)

    shown = client.get("/quality/")

    assert tiles(client) == (2, 1, 1, 2, 3)
    assert shown.context["tiles"].score == 0.75
    assert "secret" not in shown.content.decode()


def test_a_hidden_assets_rule_does_not_exist(alice_client, alice):
    rule = make_rule("secret", 0.0, location="vault")
    violation = Violation.objects.get()
    header = {"Authorization": f"Bearer {make_token(alice)}"}

    pages = [
        alice_client.get(f"/quality/rules/{rule.code}/"),
        alice_client.get(f"/quality/assets/{rule.asset.code}/panel/"),
        alice_client.get(f"/quality/assets/{rule.asset.code}/rules/new/"),
        alice_client.get(f"/quality/rules/{rule.code}/change/"),
        *(
            alice_client.post(f"/quality/rules/{rule.code}/{verb}/")
            for verb in ("evaluate", "enable", "disable", "delete", "change")
        ),
        alice_client.post(f"/quality/assets/{rule.asset.code}/evaluate/"),
        alice_client.post(f"/quality/violations/{violation.code}/acknowledge/"),
        alice_client.post(f"/quality/violations/{violation.code}/resolve/", {"note": "x"}),
        alice_client.get(f"/api/v1/rules/{rule.code}/", headers=header),
        alice_client.post(f"/api/v1/rules/{rule.code}/evaluate/", headers=header),
        alice_client.post(f"/api/v1/assets/{rule.asset.code}/evaluate/", headers=header),
        alice_client.get(f"/api/v1/violations/{violation.code}/", headers=header),
    ]
    lists = [
        alice_client.get(f"/api/v1/{path}/", headers=header).json()["count"]
        for path in ("rules", "results", "violations")
    ]

    assert {page.status_code for page in pages} == {404}
    assert lists == [0, 0, 0]


def test_the_heat_table_prints_every_number(alice_client):
    sales = Domain.objects.create(slug="sales", name="Sales")
    make_rule("orders", 0.5, domain=sales)
    make_rule("items", 1.0, domain=sales)
    make_rule("visits", 1.0)

    shown = alice_client.get("/quality/")

    rows = [(row.name, row.cells[0].score, row.cells[0].band) for row in shown.context["heat"]]
    assert rows == [("Sales", 0.75, 1), ("", 1.0, 5)]
    assert "75 %" in shown.content.decode()


def test_a_cell_of_the_heat_table_leads_to_its_rules(alice_client):
    make_rule("orders", 0.5, domain=Domain.objects.create(slug="sales", name="Sales"))
    make_rule("visits", 1.0)

    def names(query: str) -> list[str]:
        return [rule.name for rule in alice_client.get(f"/quality/?{query}").context["page"].object_list]

    assert names("domain=sales&dimension=complete") == ["orders volume"]
    assert names("domain=-") == ["visits volume"]
    assert names("state=fail") == ["orders volume"]
    assert names("dimension=unique") == []
    assert names("domain=%27%22&state=nonsense") == ["orders volume", "visits volume"]


def test_the_worst_violation_stands_first(alice_client):
    for severity in ("low", "critical", "medium"):
        rule = make_rule(severity)
        rule.severity = severity
        rule.save()
        measured(rule, 0.1)

    shown = alice_client.get("/quality/").context["violations"]

    assert [each.severity for each in shown] == ["critical", "medium", "low"]


def test_the_page_of_a_rule_shows_its_history(alice_client):
    rule = make_rule("orders", 0.5)
    measured(rule, 1.0)

    shown = alice_client.get(f"/quality/rules/{rule.code}/")

    assert shown.context["rule"].history == [0.5, 1.0]
    assert [result.status for result in shown.context["page"]] == ["pass", "fail"]
    assert "2 values, from 0.5 to 1" in shown.content.decode()


def test_a_violation_is_taken_up_and_resolved_with_a_note(alice_client):
    make_rule("orders", 0.5)
    violation = Violation.objects.get()

    alice_client.post(f"/quality/violations/{violation.code}/acknowledge/", {"note": "I look at it"})
    violation.refresh_from_db()
    taken = (violation.state, violation.acknowledged_by, violation.note)
    alice_client.post(f"/quality/violations/{violation.code}/resolve/", {"note": "As agreed"})
    violation.refresh_from_db()

    assert taken == ("in_progress", "alice", "I look at it")
    assert (violation.state, violation.resolved_by, violation.note) == ("resolved", "alice", "As agreed")


def test_resolving_needs_a_note(alice_client, alice):
    make_rule("orders", 0.5)
    violation = Violation.objects.get()
    header = {"Authorization": f"Bearer {make_token(alice)}"}

    page = alice_client.post(f"/quality/violations/{violation.code}/resolve/")
    answer = alice_client.patch(
        f"/api/v1/violations/{violation.code}/",
        {"state": "resolved"},
        content_type="application/json",
        headers=header,
    )

    assert (page.status_code, page.context["form"].errors) == (400, {"note": ["Say why it is settled."]})
    assert answer.json()["errors"] == [{"field": "note", "detail": "Say why it is settled."}]


def test_a_viewer_may_look_but_not_touch(client, bob):
    rule = make_rule("orders", 0.5)
    violation = Violation.objects.get()
    client.force_login(bob)

    assert client.get(f"/quality/rules/{rule.code}/").status_code == 200
    assert "<form" not in client.get(f"/quality/rules/{rule.code}/").content.decode().split("<main")[1]
    assert client.post(f"/quality/violations/{violation.code}/resolve/").status_code == 403
    assert client.post(f"/quality/rules/{rule.code}/delete/").status_code == 403


def test_the_api_starts_a_run_and_lists_results(client, alice):
    rule = make_rule("orders", 0.5)
    header = {"Authorization": f"Bearer {make_token(alice)}"}

    started = client.post(f"/api/v1/rules/{rule.code}/evaluate/", headers=header)
    results = client.get(f"/api/v1/results/?rule={rule.code}", headers=header).json()["results"]

    assert started.status_code == 202
    assert client.get(started.json()["url"], headers=header).json()["kind"] == "quality.evaluate"
    assert [(row["rule"], row["status"], row["value"]) for row in results] == [(str(rule.code), "fail", 0.5)]


def test_the_lineage_picture_learns_what_fails():
    broken, sound = make_rule("orders", 0.5), make_rule("items", 1.0)
    measured(define_volume(broken.asset, "also"), 1.0)
    unknown = make_asset("shop.public.bare")

    known = badges([broken.asset.code, sound.asset.code, unknown.code])

    assert known == {broken.asset.code: "fail", sound.asset.code: "pass"}


def queries(client, path: str) -> int:
    client.get(path)  # the first request after a change of policies compiles them
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def test_the_board_costs_the_same_for_any_number_of_rules(alice_client):
    costs = []
    for at in range(5):
        make_rule(f"t{at}", 0.5, domain=Domain.objects.create(slug=f"d{at}", name=f"D{at}"))
        costs.append(queries(alice_client, "/quality/"))

    assert costs[0] <= 20
    assert set(costs) == {costs[0]}


def test_the_asset_tab_costs_the_same_for_any_number_of_rules(alice_client):
    asset = make_asset("shop.public.orders")
    costs = []
    for at in range(5):
        measured(define_volume(asset, f"r{at}"), 0.5)
        costs.append(queries(alice_client, f"/quality/assets/{asset.code}/panel/"))

    assert costs[0] <= 15
    assert set(costs) == {costs[0]}


def test_what_is_resolved_stays_resolved(alice_client):
    make_rule("orders", 0.5)
    violation = Violation.objects.get()
    alice_client.post(f"/quality/violations/{violation.code}/resolve/", {"note": "As agreed"})

    for verb in ("acknowledge", "resolve"):
        again = alice_client.post(f"/quality/violations/{violation.code}/{verb}/", {"note": "Again"})
        assert again.status_code == 409


def test_a_finished_run_loads_the_page_anew(alice_client, alice):
    job = submit_rule_run(rule=make_rule("orders"), actor="alice")

    waiting = alice_client.get(f"/quality/jobs/{job.code}/")
    run_job(job_id=job.pk)
    done = alice_client.get(f"/quality/jobs/{job.code}/")

    assert (waiting.status_code, "HX-Refresh" in waiting.headers) == (200, False)
    assert (done.status_code, done.headers["HX-Refresh"]) == (286, "true")
