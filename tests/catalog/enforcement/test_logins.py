"""Whose rights are used: logins of readers, an enforcement login that is no administrator, its secret."""

import psycopg
import pytest
from django.core.exceptions import ValidationError
from psycopg import sql

from accesscontrol.audit.models import Entry
from accesscontrol.enforcement.postgresql.plan import plan, remember
from accesscontrol.enforcement.steps import reverse, script
from accesscontrol.refusal import Refused
from catalog.enforcement import plans
from catalog.enforcement.engines.pg_present import read_present, run
from catalog.enforcement.engines.pg_verify import Trial
from catalog.enforcement.models import Enforcement
from catalog.enforcement.services import save_enforcement
from tests.catalog.enforcement.governed import ROWS
from tests.catalog.scratch import server


@pytest.fixture
def keeper(shop):
    """Owns the database's tables and may make roles; no administrator."""
    name = shop.make("keeper", options="LOGIN CREATEROLE")
    shop.scratch.run(
        f'GRANT CREATE ON DATABASE "{shop.scratch.name}" TO "{name}"',
        f'ALTER SCHEMA shop OWNER TO "{name}"; ALTER TABLE shop.customers OWNER TO "{name}"',
    )
    with psycopg.connect(dbname=shop.scratch.name, **server()) as session:
        session.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(name)))
        session.execute("SET search_path = ''")
        session.commit()
        yield session


def test_a_login_that_owns_the_tables_and_makes_roles_is_enough(shop, keeper):
    asked = shop.wanted(
        shop.subject("eu", region=("eu",)), shop.subject("boss", unmask="identity", region=("us",))
    )
    before = read_present(keeper, asked)
    assert not before.superuser

    steps = plan(asked, before, {})
    run(keeper, script(steps))
    keeper.commit()

    ledger = remember(asked, read_present(keeper, asked))
    assert plan(asked, read_present(keeper, asked), ledger) == []
    assert shop.ask(shop.role("eu"), "SELECT DISTINCT region FROM gov.customers") == [("eu",)]
    found = Trial(keeper, asked, read_present(keeper, asked)).run(lambda *_: None)
    assert [each for each in found if each.passed is not True] == []
    run(keeper, reverse(steps))
    assert read_present(keeper, asked) == before


def test_what_the_login_cannot_try_is_not_called_passed(shop, keeper):
    """A refused SET ROLE looks like a missing right; it must not count as one."""
    asked = shop.wanted(shop.subject("eu", region=("eu",)))
    shop.apply(asked)

    found = Trial(keeper, asked, read_present(shop.scratch.connection, asked)).run(lambda *_: None)

    assert {(each.what, each.passed) for each in found} == {
        ("become the role", None),
        ("new column hidden", None),
    }


def test_a_reader_who_really_signs_in_sees_no_more(shop):
    """Not SET ROLE, but a session that begins as the login."""
    shop.apply(shop.wanted(shop.subject("eu", region=("eu",))))
    lena = shop.make("lena", options=f"LOGIN PASSWORD 'pw' IN ROLE \"{shop.role('eu')}\"")
    try:
        session = psycopg.connect(**{**server(), "user": lena, "password": "pw"}, dbname=shop.scratch.name)
    except psycopg.OperationalError:
        pytest.skip("this server lets in logins of the machine only")

    with session:
        assert session.execute("SELECT count(*), session_user FROM gov.customers").fetchone() == (
            ROWS // 3,
            lena,
        )
        assert session.execute("SELECT bool_or(email LIKE '%@x.io') FROM gov.customers").fetchone() == (
            False,
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT email FROM shop.customers")
    session.close()


def test_the_enforcement_login_is_used_and_its_password_is_nowhere(company):
    at = server()
    login = {"user": at["user"]}
    with pytest.raises(ValidationError, match="Give the password"):
        company.set_up(**login)

    save_enforcement(source=company.source, actor="olga", changes=login, secret="a strong s3cret")

    row = company.fresh()
    assert row.open_secret() == "a strong s3cret"
    assert "s3cret" not in row.secret_token
    assert not Entry.objects.filter(body__contains="s3cret").exists()
    assert Entry.objects.filter(action="enforcement.saved").first().body.count('"new_secret":true') == 1
    company.plan()


def test_the_password_is_not_sent_to_another_server(company):
    given = {"source": company.source, "actor": "olga", "changes": {"user": server()["user"]}}
    save_enforcement(**given, secret="a strong s3cret")
    company.source.settings = {**company.source.settings, "host": "elsewhere.test"}
    company.source.save()

    with pytest.raises(Refused, match="leads to another server"):
        plans.make_plan(enforcement=company.fresh(), actor=company.olga)
    with pytest.raises(ValidationError, match="Give the password"):
        save_enforcement(**given)
    save_enforcement(**given, secret="another")
    assert Enforcement.objects.get().open_secret() == "another"
