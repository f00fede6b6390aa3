from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)

import govportal
from accesscontrol.identity.models import User
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.rules import RuleSet
from catalog.termfiles.sheets import read
from govportal.demo.jobs import TableName, load_jobs
from govportal.demo.naming import HERE
from govportal.demo.people import LOGINS, ROLES, Login
from govportal.demo.rules import Rule, load_demo
from quality.rules.checks.registry import CHECKS
from tests.govportal.demo.built import Company

DEMO = load_demo()
USERNAMES = {login.username for login in LOGINS}
COLUMN = "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s AND attnum > 0"


def has_column(company: Company, dataset: str, column: str) -> bool:
    table = TableName.parse(dataset)
    return bool(company.ask(table.database, COLUMN, f"{table.schema}.{table.table}", column))


def test_eight_people_hold_all_roles() -> None:
    assert len(LOGINS) == len(USERNAMES) == 8
    assert {role for login in LOGINS for role in login.roles} == set(ROLES)


def test_roles_are_those_of_the_portal() -> None:
    file = Path(govportal.__file__).with_name("roles.yaml")

    assert set(ROLES) == set(yaml.safe_load(file.read_text()))


@pytest.mark.parametrize("login", LOGINS, ids=lambda login: login.username)
def test_passwords_satisfy_the_rules(login: Login) -> None:
    first, last = login.full_name.split()
    user = User(username=login.username, first_name=first, last_name=last, email=login.email)

    for validator in (
        MinimumLengthValidator(12),
        CommonPasswordValidator(),
        NumericPasswordValidator(),
        UserAttributeSimilarityValidator(),
    ):
        validator.validate(login.password, user)


def test_people_who_are_named_exist() -> None:
    named = {domain.steward for domain in DEMO.domains if domain.steward}
    named |= {place.owner for place in DEMO.places if place.owner}
    named |= {proposal.author for proposal in DEMO.proposals}

    assert named - USERNAMES == set()


def test_every_relation_has_a_place(company: Company) -> None:
    relations = company.relations()
    slugs = {domain.slug for domain in DEMO.domains}

    assert {name for name in relations if DEMO.place_of(name) is None} == set()
    assert {place.domain for place in DEMO.places} == slugs
    used = {place.match for name in relations if (place := DEMO.place_of(name))}
    assert {place.match for place in DEMO.places} == used


def test_named_columns_exist(company: Company) -> None:
    named = {(each.dataset, each.column) for each in DEMO.identities}
    named |= {(each.dataset, column) for each in DEMO.sensitive for column in each.columns}
    named |= {(rule.dataset, rule.column) for rule in DEMO.rules if rule.column}

    assert {pair for pair in named if not has_column(company, *pair)} == set()


def test_proposals_are_about_relations_that_exist(company: Company) -> None:
    assert {proposal.dataset for proposal in DEMO.proposals} - company.relations() == set()


def test_consents_are_of_real_people(company: Company) -> None:
    known = {email for (email,) in company.ask("shop", "SELECT email FROM customers")}

    assert {consent.subject for consent in DEMO.consents} - known == set()


def test_consents_are_revoked_after_they_were_given() -> None:
    revoked = [consent for consent in DEMO.consents if consent.revoked_days_ago is not None]

    assert [
        each for each in revoked if not each.granted or each.days_ago <= (each.revoked_days_ago or 0)
    ] == []


@pytest.mark.parametrize("rule", DEMO.rules, ids=lambda rule: rule.name)
def test_rules_are_of_kinds_that_the_portal_knows(rule: Rule) -> None:
    check = CHECKS[rule.kind]

    assert check.read(rule.parameters or {})[1] == {}
    assert check.needs_column is bool(rule.column)
    assert rule.severity in {"low", "medium", "high", "critical"}


def test_four_of_twelve_rules_fail() -> None:
    assert (sum(rule.fails for rule in DEMO.rules), len(DEMO.rules)) == (4, 12)


def seen_by(username: str, action: str = "view") -> set[str]:
    """Datasets of the pipeline that the policies let somebody see or change."""
    rules = RuleSet(read_policy(document) for document in DEMO.policies)
    login = next(login for login in LOGINS if login.username == username)
    user = {**login._asdict(), "roles": list(login.roles), "is_service": False}
    stewards = {domain.slug: domain.steward for domain in DEMO.domains}
    stewards |= {one.slug: stewards[one.parent] for one in DEMO.domains if not one.steward}
    names = {str(table) for job in load_jobs() for table in (*job.inputs, job.output) if table}
    found = set()
    for name in names:
        place = DEMO.place_of(name)
        assert place is not None
        resource = {
            "kind": "table",
            "name": name,
            "domain": place.domain,
            "steward": stewards[place.domain],
            "owner": place.owner,
            "sensitivity": place.sensitivity,
            "has_personal_data": name in {group.dataset for group in DEMO.sensitive},
        }
        situation = {"user": user, "resource": resource, "env": {"time": datetime.now(UTC)}}
        if rules.decide("asset", action, situation).allowed:
            found.add(name)
    return found


HEALTH = {
    "clinic.public.departments",
    "clinic.public.patients",
    "clinic.public.visits",
    "warehouse.core.fct_visit",
    "warehouse.staging.clinic_patients",
    "warehouse.staging.clinic_visits",
}


def test_the_administrator_sees_everything() -> None:
    assert seen_by("ada") >= HEALTH | {"warehouse.core.person_link", "shop.public.customers"}


def test_health_data_is_for_care_and_privacy_inside_the_eu() -> None:
    assert {login.username for login in LOGINS if seen_by(login.username) & HEALTH} == {
        "ada",
        "henrik",
        "priya",
    }


def test_restricted_links_are_for_those_with_a_duty() -> None:
    allowed = {login.username for login in LOGINS if "warehouse.core.person_link" in seen_by(login.username)}

    assert allowed == {"ada", "priya", "sofia", "yuki"}


def test_a_clearance_decides_for_everybody_else() -> None:
    assert "shop.public.customers" in seen_by("mateo")
    assert "shop.public.customers" not in seen_by("lena")
    assert "shop.public.orders" in seen_by("lena")


def test_only_owners_stewards_and_officers_change() -> None:
    changers = {
        login.username for login in LOGINS if "shop.public.orders" in seen_by(login.username, "change")
    }

    assert changers == {"ada", "sofia", "priya"}


def test_the_glossary_of_the_company_can_be_read_and_names_what_exists(company: Company) -> None:
    rows = read((HERE / "glossary.csv").read_text(encoding="utf-8"))
    content = yaml.safe_load((HERE / "glossary.yaml").read_text(encoding="utf-8"))
    slugs = {row.cells["slug"] for row in rows}
    people = {row.cells["owner"] for row in rows} | {each["by"] for each in content["links"]}
    linked = [
        (each["dataset"], said.partition(" of ")) for each in content["links"] for said in each["terms"]
    ]
    ports = {name for each in content["products"] for name in (*each["inputs"], *each["outputs"])}
    used = {slug for found in content["approved"].values() for slug in found}

    assert (len(rows), people - USERNAMES - {""}) == (21, set())
    assert (used | {term for _, (term, _, _) in linked}) - slugs == set()
    assert {row.cells["domain"] for row in rows} <= {domain.slug for domain in DEMO.domains}
    assert ({dataset for dataset, _ in linked} | ports) - company.relations() == set()
    assert [each for each in linked if each[1][2] and not has_column(company, each[0], each[1][2])] == []
