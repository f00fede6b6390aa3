"""The pages: who may do what there, and what is never shown."""

import pytest
from django.urls import reverse

from catalog.assets.models import Asset, Field
from catalog.enforcement.models import APPLY, DRIFT, Enforcement, Plan
from catalog.enforcement.tasks import check_everything
from stewardship.jobs.models import Job
from tests.build import make_asset, make_policy, make_user
from tests.catalog.scratch import server


def at(company, page="", *args):
    name = f"sources:enforcement{'-' if page else ''}{page}"
    return reverse(name, args=[company.source.code, *args])


@pytest.fixture
def olga(company, signed_in):
    return signed_in(company.olga)


@pytest.fixture
def peter(company, signed_in):
    return signed_in(company.peter)


def test_from_plan_to_verified_by_two_people(company, olga, peter, eager, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert olga.post(at(company, "plans")).url == at(company, "plan", 1)
        page = olga.get(at(company, "plan", 1)).content.decode()
        assert "CREATE VIEW &quot;gov&quot;.&quot;customers&quot;" in page
        assert "DROP VIEW &quot;gov&quot;.&quot;customers&quot;" in page
        olga.post(at(company, "ask", 1))
        assert olga.post(at(company, "approve", 1)).status_code == 409
        peter.post(at(company, "approve", 1))
        assert peter.post(at(company, "apply", 1)).status_code == 403
        olga.post(at(company, "apply", 1))
    assert company.enforcement.plans.get().state == Plan.State.APPLIED
    with django_capture_on_commit_callbacks(execute=True):
        olga.post(at(company, "verify"))
        olga.post(at(company, "drift"))

    page = olga.get(at(company)).content.decode()
    assert "0 failed" in page
    assert "mask of email" in page
    assert "The database differs" not in page
    olga.post(at(company, "plans"))
    assert "Nothing to do" in olga.get(at(company)).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        olga.post(at(company, "reverse", 1))
    assert company.enforcement.plans.get().state == Plan.State.REVERSED


@pytest.mark.parametrize(("patterns", "count"), [([], 1), (["shop.cust*"], 1), (["other"], 0)])
def test_the_page_counts_the_tables_that_the_patterns_let_in(company, olga, patterns, count):
    company.set_up(include=patterns)

    assert f"<dt>Governed tables</dt><dd>{count}</dd>" in olga.get(at(company)).content.decode()


def test_drift_is_looked_for_on_schedule_and_listed_with_the_sources(
    company, olga, eager, django_capture_on_commit_callbacks
):
    assert check_everything() == 0  # nothing was applied yet
    company.applied()
    bob = company.shop.make("bob")
    company.shop.scratch.run(f'GRANT SELECT ON shop.customers TO "{bob}"')

    with django_capture_on_commit_callbacks(execute=True):
        assert check_everything() == 1

    assert Job.objects.get(kind=DRIFT).state == Job.State.SUCCEEDED
    assert "table shop.customers" in olga.get(at(company)).content.decode()
    assert "Drifted" in olga.get(reverse("sources:list")).content.decode()


def test_a_plan_shows_only_tables_that_the_reader_may_see(company, olga, peter):
    company.shop.scratch.run("CREATE TABLE shop.secret (id int)")
    namespace = company.asset.namespace
    facts = {"database": company.shop.scratch.name, "schema": "shop", "title": "secret"}
    hidden = make_asset("x.shop.secret", "id", namespace=namespace, source=company.source, facts=facts)
    company.plan()
    make_policy(
        "not peter",
        {"attribute": "user.username", "operator": "==", "value": "peter"},
        {"attribute": "resource.name", "operator": "==", "value": hidden.name},
        effect="forbid",
    )

    page = peter.get(at(company, "plan", 1)).content.decode()
    assert "view gov.customers" in page
    assert "secret" not in page
    assert "secret" not in peter.get(at(company)).content.decode()
    assert "secret" in olga.get(at(company, "plan", 1)).content.decode()
    refused = peter.post(at(company, "approve", 1))
    assert refused.status_code == 403
    assert "hidden from you" in refused.content.decode()


def test_what_a_job_says_names_no_table_and_the_page_tells_who_may_know(
    company, olga, eager, django_capture_on_commit_callbacks
):
    company.applied()
    company.shop.scratch.run("CREATE VIEW public.mine AS SELECT id FROM gov.customers")
    Field.objects.filter(name="segment").update(sensitive=True)
    plan = company.approved()

    with django_capture_on_commit_callbacks(execute=True):
        olga.post(at(company, "apply", plan.number))

    job = Job.objects.get(kind=APPLY)
    assert (job.state, "customers" in job.message) == (Job.State.FAILED, False)
    assert "depend on it" in olga.get(at(company, "plan", plan.number)).content.decode()


def test_who_does_not_see_the_whole_source_cannot_plan(company, olga):
    make_policy("closed", {"attribute": "user.username", "operator": "==", "value": "olga"}, effect="forbid")

    assert olga.post(at(company, "plans")).status_code == 403
    assert Plan.objects.count() == 0


@pytest.mark.parametrize("page", ["", "plans", "verify", "drift", "set-up", "map", "rule"])
def test_a_viewer_has_no_business_here(company, signed_in, page):
    browser = signed_in(company.vera)
    send = browser.post if page in {"plans", "verify", "drift"} else browser.get

    assert send(at(company, page)).status_code == 403


def test_what_is_not_there_is_404(company, olga):
    assert olga.get(at(company, "plan", 7)).status_code == 404
    Enforcement.objects.all().delete()
    assert olga.post(at(company, "plans")).status_code == 404
    assert "Nothing is enforced here" in olga.get(at(company)).content.decode()


def test_setting_up_takes_effect_only_here_and_hides_the_password(company, olga):
    given = {
        "database": company.shop.scratch.name,
        "schema": "gov",
        "owner_role": company.shop.role("gov_owner"),
        "unmask_prefix": company.shop.prefix,
        "include": "shop\nshop.cust*",
        "trusted_roles": "etl\n",
        "user": server()["user"],
        "password": "s3cret of enforcement",
        "is_on": "on",
    }

    assert olga.post(at(company, "set-up"), given).status_code == 302

    row = company.fresh()
    assert (row.include, row.trusted_roles) == (["shop", "shop.cust*"], ["etl"])
    assert row.open_secret() == "s3cret of enforcement"
    for page in (at(company), at(company, "set-up")):
        assert "s3cret" not in olga.get(page).content.decode()
    refused = olga.post(at(company, "set-up"), {**given, "user": "another", "password": ""})
    assert refused.status_code == 400
    assert "Give the password of this user." in refused.content.decode()


def test_roles_are_mapped_and_forgotten(company, olga):
    given = {"database_role": "readers", "person": company.vera.pk, "unmask": ["identity"]}
    bad = olga.post(at(company, "map"), {**given, "entitlements": "region"})
    assert bad.status_code == 400
    assert "attribute: value" in bad.content.decode()
    two = olga.post(at(company, "map"), {**given, "group": company.mapping.group_id})
    assert "Choose one" in two.content.decode()

    olga.post(at(company, "map"), {**given, "entitlements": "region: eu, us\nteam: sales"})

    mapping = company.enforcement.mappings.get(database_role="readers")
    assert mapping.entitlements == {"region": ["eu", "us"], "team": ["sales"]}
    assert "region: eu, us" in olga.get(at(company)).content.decode()
    again = olga.post(at(company, "map"), given)
    assert again.status_code == 400
    olga.post(at(company, "unmap", mapping.code))
    assert not company.enforcement.mappings.filter(database_role="readers").exists()


def test_row_rules_name_a_column_that_is_there(company, olga):
    given = {"asset": company.asset.code, "column": "segment", "attribute": "segment"}
    bad = olga.post(at(company, "rule"), {**given, "column": "nope"})
    assert bad.status_code == 400
    assert "has no column nope" in bad.content.decode()

    olga.post(at(company, "rule"), given)

    rule = company.enforcement.row_rules.get(column="segment")
    olga.post(at(company, "unrule", rule.code))
    assert company.enforcement.row_rules.count() == 1


def test_a_database_that_does_not_answer_is_said(company, olga):
    settings = {**company.source.settings, "port": 1, "host": "127.0.0.1"}
    type(company.source).objects.filter(pk=company.source.pk).update(settings=settings)

    page = olga.post(at(company, "plans"), follow=True).content.decode()

    assert "Nothing answers at 127.0.0.1:1" in page


def test_the_page_costs_the_same_for_any_number_of_rows(company, olga, query_count):
    company.plan()
    olga.get(at(company))
    with query_count(15):
        olga.get(at(company))
    namespace = company.asset.namespace
    for number in range(5):
        facts = {"database": company.shop.scratch.name, "schema": "shop", "title": f"t{number}"}
        make_asset(f"x.shop.t{number}", "id", namespace=namespace, source=company.source, facts=facts)
        company.plan()
    assert Asset.objects.filter(source=company.source).count() > 5
    with query_count(15):
        olga.get(at(company))


def test_an_auditor_reads_and_changes_nothing(company, signed_in):
    make_user("ned", "auditor")
    company.plan()
    browser = signed_in(make_user("nora", "auditor"))

    assert browser.get(at(company, "plan", 1)).status_code == 200
    for page in ("plans", "verify", "drift"):
        assert browser.post(at(company, page)).status_code == 403
    for page in ("ask", "approve", "apply", "reverse"):
        assert browser.post(at(company, page, 1)).status_code == 403


@pytest.mark.parametrize("kind", ["snowflake", "bigquery", "trino"])
def test_other_engines_get_text_that_says_it_was_not_run(company, olga, kind):
    page = olga.get(at(company, "text", kind)).content.decode()

    assert "Not run here" in page
    assert "customers" in page
    assert olga.get(at(company, "text", "abacus")).status_code == 404


def test_text_of_everything_is_for_who_sees_everything(company, olga):
    make_policy("closed", {"attribute": "user.username", "operator": "==", "value": "olga"}, effect="forbid")

    assert olga.get(at(company, "text", "trino")).status_code == 403
