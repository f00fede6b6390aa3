"""Which URLs are taken, and what is said about the rest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url

from catalog.connectors.errors import ConnectorError
from catalog.connectors.registry import connect, driver
from catalog.connectors.sqlalchemy_url import dialects
from catalog.connectors.sqlalchemy_url.dialects import BIGQUERY, KNOWN, TOKEN_URI, credentials
from catalog.connectors.sqlalchemy_url.settings import check_url, installed, namespace_of, path_of

SECRET = "hunter2-secret"
GOOD = "postgresql://reader@db.example.org/shop"


def said(url):
    return driver("sqlalchemy").problems({"url": url}).get("url", "")


@pytest.mark.parametrize(
    "url",
    [
        GOOD,
        "postgresql+psycopg://reader@db:6543/shop?sslmode=require",
        "mysql://reader@[2001:db8::1]:3306/shop?charset=utf8mb4",
        "mariadb://reader@db/shop",
        "sqlite:////data/shop.db",
    ],
)
def test_a_url_that_leads_to_one_database_is_taken(url):
    assert driver("sqlalchemy").problems({"url": url}) == {}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "Write a URL as trino://reader@host:8080/catalog."),
        ("shop", "Write a URL as trino://reader@host:8080/catalog."),
        ("postgresql://db:port/shop", "Write a URL as trino://reader@host:8080/catalog."),
        (f"postgresql://ann:{SECRET}@db/shop", "Leave out the password: it has a field of its own."),
        ("postgresql://ann:@db/shop", "Leave out the password: it has a field of its own."),
        (f"postgresql://ann:pa@{SECRET}@db/shop", "Leave out the password: it has a field of its own."),
        (f"postgresql://ann%3A{SECRET}@db/shop", "Leave out the password: it has a field of its own."),
        (f"oracle://ann/{SECRET}@db/shop", "Leave out the password: it has a field of its own."),
        (f"postgresql://ann@db/shop;PWD={SECRET}", "Leave out the password: it has a field of its own."),
        (f"postgresql://ann@db/shop#password={SECRET}", "Leave out the password: it has a field of its own."),
        (f"postgresql://ann@db/shop?password={SECRET}", "Leave out password: after the question mark"),
        ("postgresql://ann@db/shop?passfile=/etc/passwd", "Leave out passfile: after the question mark"),
        ("postgresql://ann@db/shop?host=/tmp&service=x", "Leave out host, service: after the question mark"),
        ("postgresql://ann@db/shop?sslmode=a&sslmode=b", "Say each option once."),
        ("mysql://ann@db/shop?local_infile=1", "Leave out local_infile: after the question mark"),
        ("mysql://ann@db/shop?read_default_file=/x", "Leave out read_default_file: after the question mark"),
        ("postgresql+psycopg2://ann@db/shop", "Write postgresql:// alone: the portal brings the driver."),
        ("mssql+pyodbc://ann@db/shop", "Write mssql:// alone: the portal brings the driver."),
        ("mssql://ann@db/shop?odbc_connect=x", "Leave out odbc_connect: after the question mark"),
        ("postgresql://ann@/shop", "Say which host to connect to."),
        ("postgresql:///shop", "Say which host to connect to."),
        ("postgresql://ann@db", "Say at the end of the URL which database to read."),
        ("postgresql://ann@%2Ftmp/shop", "Write a URL as trino://reader@host:8080/catalog."),
        ("postgresql://ann@one,two/shop", "Write one host name only"),
        ("snowflake://ann@account/", "Say at the end of the URL which database to read."),
        ("snowflake://ann@account/dwh?authenticator=externalbrowser", "Leave out authenticator"),
        ("bigquery://project?credentials_path=/etc/key.json", "Leave out credentials_path"),
        ("oracle://ann@(DESCRIPTION=x)/shop", "Write a URL as trino://reader@host:8080/catalog."),
        ("duckdb:////data/shop.db", "“duckdb” is not among bigquery"),
        ("shillelagh://", "“shillelagh” is not among bigquery"),
        ("sqlite://", "Write a whole path, for example /data/shop."),
        ("sqlite:///:memory:", "Write a whole path, for example /data/shop."),
        ("sqlite:///shop.db", "Write a whole path, for example /data/shop."),
        ("sqlite:////etc/passwd", "The portal may not read “/etc/passwd”."),
        ("sqlite:////data/../proc/self/environ", "The portal may not read"),
        ("sqlite:////data/shop.db?uri=true", "Leave out uri: after the question mark SQLite takes nothing."),
    ],
)
def test_any_other_is_refused_and_told_why(url, message):
    assert message in said(url)
    assert SECRET not in said(url)
    with pytest.raises(ConnectorError) as caught:
        connect("sqlalchemy", {"url": url}, "")
    assert (caught.value.kind, caught.value.field) == ("config", "url")


@settings(deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[a-z]{2,8}(\+[a-z]+)?://[a-z:@/?=&%.\[\]0-9-]{0,30}"))
def test_whatever_is_written_it_is_taken_or_told(url):
    message = check_url(url)

    if message is None:
        assert make_url(url).password is None


def test_files_are_only_those_that_the_operator_opened(monkeypatch, tmp_path):
    monkeypatch.setenv("SOURCE_FOLDERS", str(tmp_path / "open"))

    assert not said(f"sqlite:///{tmp_path}/open/shop.db")
    assert "SOURCE_FOLDERS opens" in said(f"sqlite:///{tmp_path}/shop.db")


@pytest.mark.parametrize("name", sorted(set(KNOWN) - {"postgresql", "mysql", "mariadb", "sqlite"}))
def test_a_driver_that_is_not_there_is_named_with_its_extra(name):
    dialect = KNOWN[name]
    url = {"bigquery": "bigquery://project", "oracle": "oracle://ann@db/?service_name=shop"}.get(
        name, f"{name}://ann@db/shop"
    )

    found = driver("sqlalchemy").problems({"url": url})

    if installed(dialect.library):
        assert found == {}
    else:
        assert found == {
            "kind": f"The portal has no driver for {dialect.product}: "
            f"in its folder, pip install -e '.[{dialect.extra}]'."
        }


def test_every_extra_is_one_of_the_project():
    import tomllib
    from pathlib import Path

    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]

    assert {each.extra for each in KNOWN.values() if each.extra} <= set(project["optional-dependencies"])


def test_the_operator_may_open_further_dialects(monkeypatch):
    monkeypatch.setenv("SOURCE_DIALECTS", "clickhousedb, drill")

    found = driver("sqlalchemy").problems({"url": "drill://ann@db/shop"})

    assert found == {"kind": "No installed library speaks “drill”."}
    assert "Leave out file" in said("drill://ann@db/shop?file=/etc/passwd")
    assert "“other” is not among bigquery, clickhousedb, drill, mariadb" in said("other://ann@db/shop")


@pytest.mark.parametrize(
    ("url", "namespace", "path"),
    [
        (GOOD, "postgres://db.example.org:5432", ("shop", "")),
        ("mariadb://a@DB.example.org:3307/shop", "mysql://db.example.org:3307", ("shop", "")),
        ("mysql://a@[2001:db8::1]/shop", "mysql://[2001:db8::1]:3306", ("shop", "")),
        ("snowflake://a@org-account/dwh/marts?warehouse=w", "snowflake://org-account", ("dwh", "marts")),
        ("bigquery://project/dataset", "bigquery", ("project", "dataset")),
        ("trino://a@db/hive/sales", "trino://db:8080", ("hive", "sales")),
        (
            "redshift://a@one.abc123.us-west-2.redshift.amazonaws.com/dev",
            "redshift://one.us-west-2:5439",
            ("dev", ""),
        ),
        ("redshift://a@db:5440/dev", "redshift://db:5440", ("dev", "")),
        ("mssql://a@db/shop", "mssql://db:1433", ("shop", "")),
        ("oracle://a@db/?service_name=XE", "oracle://db:1521", ("XE", "")),
        ("sqlite:////data/./shop.db", "sqlite:///data/shop.db", ("shop", "")),
    ],
)
def test_names_follow_the_conventions_of_openlineage(url, namespace, path):
    parsed = make_url(url)
    dialect = dialects.dialect_of(parsed)

    assert (namespace_of(parsed, dialect), path_of(parsed, dialect)) == (namespace, path)


def test_another_name_may_be_given():
    assert (
        connect("sqlalchemy", {"url": GOOD, "namespace": "postgres://db:1"}, "").namespace
        == "postgres://db:1"
    )
    assert "namespace" in driver("sqlalchemy").problems({"url": GOOD, "namespace": "postgres://a:b@db"})


def test_a_schema_in_the_url_is_the_only_one():
    connector = connect("sqlalchemy", {"url": "postgresql://ann@db/shop/sales"}, "")

    assert connector.settings.database == "shop"
    assert connector.settings.covers("shop", "sales", "orders")
    assert not connector.settings.covers("shop", "public", "orders")


def test_a_changed_url_asks_for_the_secret_again():
    assert driver("sqlalchemy").leads_to == ("url",)


def test_a_key_of_bigquery_is_sent_to_google_and_to_nobody_else():
    given = '{"type": "service_account", "token_uri": "https://evil.example.org", "private_key": "k"}'

    assert credentials(BIGQUERY, given)["credentials_info"]["token_uri"] == TOKEN_URI
    for wrong in ("", "hunter2", "[]", '{"type": "external_account"}'):
        with pytest.raises(ConnectorError) as caught:
            credentials(BIGQUERY, wrong)
        assert caught.value.field == "password"
