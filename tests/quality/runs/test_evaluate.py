import json

import pytest

from accesscontrol.audit.models import Entry
from catalog.assets.models import Asset
from quality.rules.models import Rule
from quality.rules.services import define_rule
from quality.runs.models import Result, Violation
from quality.runs.tasks import evaluate_everything
from stewardship.jobs.models import Job
from stewardship.jobs.work import run_job


def run(client, rule: Rule) -> Job:
    """Press the rule's button, and let a worker do the job."""
    client.post(f"/quality/rules/{rule.code}/evaluate/")
    job = Job.objects.latest("pk")
    run_job(job_id=job.pk)
    job.refresh_from_db()
    return job


def facts(name: str) -> list[Entry]:
    return list(Entry.objects.filter(action=name))


@pytest.fixture
def customers(shop):
    asset = shop.table("customers", "id int, email text, born date")
    shop.insert(
        "customers", "1, 'a@x', '2000-01-01'", "2, NULL, '1990-01-01'", "3, 'c@x', NULL", "4, 'c@x', NULL"
    )
    return asset


@pytest.fixture
def emails(customers):
    return define_rule(
        asset=customers,
        actor="alice",
        name="E-mail is there",
        kind="completeness",
        field=customers.fields.get(name="email"),
        threshold=0.9,
        severity="high",
    )


def test_a_failing_rule_opens_one_violation(alice_client, emails):
    job = run(alice_client, emails)

    result = Result.objects.get()
    assert (result.status, result.value, result.counted) == ("fail", 0.75, 4)
    assert result.detail == "3 of 4 rows have a value"
    assert (result.job, job.message) == (job, "0 passed, 1 failed, 0 not measured.")
    violation = Violation.objects.get()
    assert (violation.state, violation.severity, violation.value) == ("open", "high", 0.75)
    emails.refresh_from_db()
    assert (emails.state, emails.value) == ("fail", 0.75)


def test_a_rule_that_stays_broken_keeps_its_violation(alice_client, shop, emails):
    run(alice_client, emails)
    shop.insert("customers", "5, NULL, NULL")

    run(alice_client, emails)

    assert Result.objects.count() == 2
    violation = Violation.objects.get()
    assert (violation.value, violation.last_value) == (0.75, 0.6)
    assert len(facts("quality.violation_opened")) == 1


def test_a_repaired_rule_closes_its_violation_and_says_so(alice_client, shop, emails):
    run(alice_client, emails)
    shop.run("UPDATE {schema}.customers SET email = 'b@x' WHERE email IS NULL")

    run(alice_client, emails)

    violation = Violation.objects.get()
    assert (violation.state, violation.last_value, violation.resolved_by) == ("resolved", 1.0, "")
    assert [json.loads(entry.body)["details"]["note"] for entry in facts("quality.violation_closed")] == [
        "The rule holds again."
    ]


def test_a_rule_broken_again_opens_another_violation(alice_client, shop, emails):
    for email in ("NULL", "'x'", "NULL"):
        shop.run(f"UPDATE {{schema}}.customers SET email = {email}")
        run(alice_client, emails)

    assert [each.state for each in Violation.objects.order_by("pk")] == ["resolved", "open"]


def test_a_column_that_the_source_lost_is_an_error_and_no_pass(alice_client, shop, customers, emails):
    ids = define_rule(
        asset=customers, actor="alice", name="Ids", kind="uniqueness", field=customers.fields.get(name="id")
    )
    shop.run("ALTER TABLE {schema}.customers DROP COLUMN email")

    alice_client.post(f"/quality/assets/{customers.code}/evaluate/")
    run_job(job_id=Job.objects.latest("pk").pk)

    lost, kept = Result.objects.get(rule=emails), Result.objects.get(rule=ids)
    assert (lost.status, lost.value) == ("error", None)
    assert lost.detail.startswith("There is no such column")
    assert (kept.status, kept.value) == ("pass", 1.0)
    assert not Violation.objects.exists()


def test_the_error_of_a_view_names_nothing_beneath_it(alice_client, shop):
    shop.run(
        "CREATE FUNCTION {schema}.pay() RETURNS int LANGUAGE plpgsql AS "
        "$$BEGIN RETURN (SELECT count(*) FROM salaries); END$$"
    )
    shop.run("CREATE VIEW {schema}.open AS SELECT {schema}.pay() AS id")
    view = shop.table("replaced", "id int")
    Asset.objects.filter(pk=view.pk).update(kind="view", facts={**view.facts, "title": "open"})
    view.refresh_from_db()
    define_rule(asset=view, actor="alice", name="Ids", kind="completeness", field=view.fields.get(name="id"))

    alice_client.post(f"/quality/assets/{view.code}/evaluate/")
    run_job(job_id=Job.objects.latest("pk").pk)

    assert Result.objects.get().detail == "The source could not read the view, or something beneath it."


def test_a_column_that_the_harvest_missed_is_not_asked_for(alice_client, customers, emails):
    customers.fields.filter(name="email").update(removed_at="2026-01-01T00:00Z")

    run(alice_client, emails)

    assert Result.objects.get().detail == "The source no longer has this column."


def test_an_error_leaves_the_violation_as_it_is(alice_client, shop, emails):
    run(alice_client, emails)
    shop.run("DROP TABLE {schema}.customers")

    run(alice_client, emails)

    assert Result.objects.latest("pk").status == "error"
    assert Violation.objects.get().state == "open"


def test_a_source_that_does_not_answer_costs_only_its_own_rules(shop, emails):
    broken = shop.table("orders", "id int")
    define_rule(asset=broken, actor="alice", name="Orders", kind="volume", parameters={"minimum": 1})
    elsewhere = type(shop.source).objects.create(
        name="dead", kind="postgresql", settings={**shop.source.settings, "host": "localhost", "port": 1}
    )
    broken.source = elsewhere
    broken.save()

    evaluate_everything()
    run_job(job_id=Job.objects.latest("pk").pk)

    assert sorted(Result.objects.values_list("rule__name", "status")) == [
        ("E-mail is there", "fail"),
        ("Orders", "error"),
    ]


def test_all_rules_of_a_table_are_measured_together(alice_client, customers, emails):
    wanted = [
        ("uniqueness", "id", {}, 1.0, "pass"),
        ("uniqueness", "email", {}, 2 / 3, "fail"),
        ("volume", None, {"minimum": 8}, 0.5, "fail"),
        ("pattern", "email", {"pattern": "^[a-c]@x$"}, 1.0, "pass"),
        ("span", "born", {"lowest": "1995-01-01", "highest": "2005-01-01"}, 0.5, "fail"),
        ("span", "id", {"highest": "3"}, 0.75, "fail"),
    ]
    for at, (kind, column, parameters, _, _) in enumerate(wanted):
        define_rule(
            asset=customers,
            actor="alice",
            name=f"rule {at}",
            kind=kind,
            field=customers.fields.get(name=column) if column else None,
            parameters=parameters,
        )

    alice_client.post(f"/quality/assets/{customers.code}/evaluate/")
    run_job(job_id=Job.objects.latest("pk").pk)

    found = Result.objects.filter(rule__name__startswith="rule").order_by("rule__name")
    assert [(each.value, each.status) for each in found] == [(value, status) for *_, value, status in wanted]


def test_an_empty_table_has_no_share(alice_client, shop):
    asset = shop.table("empty", "id int")
    rule = define_rule(
        asset=asset, actor="alice", name="Ids", kind="completeness", field=asset.fields.get(name="id")
    )

    run(alice_client, rule)

    assert Result.objects.get().detail == "The table has no rows, so there is no share."


def test_freshness_falls_with_age(alice_client, shop):
    asset = shop.table("events", "at timestamptz")
    shop.insert("events", "now() - interval '48 hours'")
    rule = define_rule(
        asset=asset,
        actor="alice",
        name="Fresh",
        kind="freshness",
        field=asset.fields.get(name="at"),
        parameters={"hours": "24"},
    )

    run(alice_client, rule)

    assert Result.objects.get().value == pytest.approx(0.5, abs=0.001)


def test_a_viewer_may_not_run_rules(client, bob, emails):
    client.force_login(bob)

    assert client.post(f"/quality/rules/{emails.code}/evaluate/").status_code == 403
    assert not Job.objects.exists()


def test_a_rule_that_is_switched_off_is_not_run(alice_client, emails):
    alice_client.post(f"/quality/rules/{emails.code}/disable/")

    assert alice_client.post(f"/quality/rules/{emails.code}/evaluate/").status_code == 409
    evaluate_everything()
    run_job(job_id=Job.objects.latest("pk").pk)
    assert not Result.objects.exists()


def test_an_asset_that_nobody_can_reach_is_not_measured(alice_client, customers, emails):
    def detail() -> str:
        run(alice_client, emails)
        return Result.objects.latest("pk").detail

    customers.removed_at = "2026-01-01T00:00Z"
    customers.save()
    removed = detail()
    customers.removed_at, customers.source = None, None
    customers.save()

    assert removed == "The source no longer has this table."
    assert detail() == "No source is connected that could count this asset's rows."


def test_a_rule_deleted_meanwhile_ends_its_job_with_a_reason(alice_client, emails):
    alice_client.post(f"/quality/rules/{emails.code}/evaluate/")
    alice_client.post(f"/quality/rules/{emails.code}/delete/")
    job = Job.objects.get()

    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "The rule is no longer there.")


def test_an_asset_without_rules_has_nothing_to_run(alice_client, customers):
    assert alice_client.post(f"/quality/assets/{customers.code}/evaluate/").status_code == 409


def test_freshness_needs_a_moment(alice_client, shop):
    asset = shop.table("logs", "day date, at timestamp, word text, nothing date")
    shop.insert("logs", "now()::date, now() + interval '1 day', 'late', NULL")
    for column in ("day", "at", "word", "nothing"):
        define_rule(
            asset=asset,
            actor="alice",
            name=column,
            kind="freshness",
            field=asset.fields.get(name=column),
            parameters={"hours": 1},
        )

    alice_client.post(f"/quality/assets/{asset.code}/evaluate/")
    run_job(job_id=Job.objects.latest("pk").pk)

    found = dict(Result.objects.values_list("rule__name", "status"))
    assert found == {"day": "pass", "at": "pass", "word": "error", "nothing": "error"}
