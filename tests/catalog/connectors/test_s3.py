"""A bucket as a source, on a real S3 server that checks signatures and policies."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.files import bucket
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Where
from catalog.connectors.registry import connect, driver
from tests.catalog.connectors.local_files import failure, write
from tests.catalog.connectors.s3_server import S3Server, s3_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    files: Path = tmp_path_factory.mktemp("bucket")
    for year in (2024, 2025):
        write(files / f"raw/orders/year={year}/part-0.parquet", f"SELECT {year} AS id, 'x' AS note")
    write(files / "raw/airports.csv", "SELECT 'FRA' AS faa, 50.0 AS lat")
    write(files / "raw/_tmp/left.csv", "SELECT 1")
    write(files / "private/salaries.csv", "SELECT 'lena' AS name, 5000 AS salary")
    (files / "raw/broken.parquet").write_bytes(b"PAR1 nothing that makes sense PAR1")
    with s3_server(files) as made:
        yield made


@pytest.fixture
def lake(server):
    return connect("files", server.settings(), server.secret())


def ref(name: str) -> TableRef:
    return TableRef("raw", "", name)


def test_names_are_the_bucket_and_its_keys(lake):
    assert lake.namespace == "s3://lake"
    assert lake.dataset_name(ref("orders")) == "raw/orders"
    assert lake.dataset_name(ref(".")) == "raw"


def test_the_bucket_is_listed_as_a_folder_is(lake):
    found = {each.name: each for each in lake.snapshot().tables}

    assert sorted(found) == ["airports.csv", "broken.parquet", "orders"]
    orders = found["orders"]
    assert [(each.name, each.data_type) for each in orders.columns] == [
        ("id", "INTEGER"),
        ("note", "VARCHAR"),
        ("year", "BIGINT"),
    ]
    assert (orders.row_estimate, orders.extra["partition_keys"], orders.extra["files"]) == (2, ["year"], 2)
    assert orders.modified_at is not None
    assert found["airports.csv"].size_bytes > 0
    assert "broken.parquet" in found["broken.parquet"].extra["problem"]


def test_datasets_are_queried_where_they_are(lake):
    assert lake.count_where(ref("orders"), [Where("year", "eq", 2025)]) == 1
    assert lake.scalar('SELECT faa FROM "airports.csv"') == "FRA"
    assert lake.sample(ref("orders"), ["note"]).values == (("x",), ("x",))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('s3://lake/private/salaries.csv')",
        "SELECT * FROM 's3://lake/private/salaries.csv'",
        "SELECT * FROM read_csv('s3://lake/raw/_tmp/left.csv')",
        "SELECT * FROM glob('s3://lake/**')",
        "SELECT * FROM read_csv('{endpoint}/lake/private/salaries.csv')",
        "COPY (SELECT 1) TO 's3://lake/raw/airports.csv'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "CREATE SECRET mine (TYPE s3)",
        "SELECT * FROM duckdb_secrets(redact = false)",
        "SELECT * FROM enable_logging('HTTP', storage = 'stdout')",
    ],
)
def test_nothing_outside_the_folder_is_reached(lake, server, statement):
    refused = failure(lake, statement.format(endpoint=server.endpoint))

    assert refused.kind in {"permission", "query", "missing"}
    assert lake.scalar('SELECT faa FROM "airports.csv"') == "FRA"


def test_the_secret_is_never_told(lake, server, caplog):
    caplog.set_level(logging.DEBUG)
    secret = server.secret()

    said = str(lake.rows("SELECT * FROM duckdb_secrets()").values)
    said += str(lake.rows("SELECT * FROM duckdb_settings()").values)
    said += repr(lake) + repr(lake.settings) + repr(driver("files")) + str(lake.test())
    for wrong in ({"endpoint": "http://127.0.0.1:1"}, {"root": "s3://nowhere-at-all"}):
        with pytest.raises(ConnectorError) as refused:
            connect("files", server.settings(**wrong), secret).snapshot()
        said += refused.value.message + repr(refused.value.__cause__) + repr(refused.value.__context__)

    assert "redacted" in said
    assert secret not in said + caplog.text


@pytest.mark.parametrize(
    ("changes", "kind", "field"),
    [
        ({"access_key_id": "AKIANOBODYHERE"}, "auth", "access_key_id"),
        ({"root": "s3://nowhere-at-all"}, "unreachable", "root"),
        ({"endpoint": "http://127.0.0.1:1"}, "unreachable", "endpoint"),
        ({"endpoint": "http://no.such.host.test"}, "unreachable", "endpoint"),
    ],
)
def test_what_is_wrong_names_the_setting(server, changes, kind, field):
    with pytest.raises(ConnectorError) as refused:
        connect("files", server.settings(**changes), server.secret()).test()

    assert (refused.value.kind, refused.value.field) == (kind, field)


def test_a_wrong_secret_names_the_secret(server):
    with pytest.raises(ConnectorError) as refused:
        connect("files", server.settings(), "not the secret").test()

    assert (refused.value.kind, refused.value.field) == ("auth", "password")


def test_a_server_without_tls_is_told_apart(server):
    address = server.endpoint.replace("http://", "https://")

    with pytest.raises(ConnectorError) as refused:
        connect("files", server.settings(endpoint=address), server.secret()).test()

    assert refused.value.field == "endpoint"


@pytest.mark.parametrize(("user", "action"), [("writer", "s3:ListBucket"), ("lister", "s3:GetObject")])
def test_a_missing_right_comes_with_the_policy_that_gives_it(server, user, action):
    checks = connect("files", server.settings(user), server.secret(user)).test().checks

    assert checks[-1].ok is False
    policy = json.loads(checks[-1].remedy)
    assert (policy["Action"], policy["Effect"]) == (action, "Allow")
    assert policy["Resource"] == "arn:aws:s3:::lake" + ("/raw/*" if action == "s3:GetObject" else "")


def test_a_reader_passes_all_checks(lake):
    found = lake.test()

    assert [check.ok for check in found.checks] == [True, True]
    assert found.product == "S3"


def test_files_that_may_be_listed_but_not_read_are_listed(server):
    lister = connect("files", server.settings("lister"), server.secret("lister"))

    found = lister.snapshot().tables

    assert len(found) == 3
    assert all("may not" in each.extra["problem"] for each in found)


def test_the_probe_is_the_listing(lake, server):
    assert lake.probe() == connect("files", server.settings(), server.secret()).probe()
    other = connect("files", server.settings(exclude=["airports.csv"]), server.secret())
    assert other.probe() != lake.probe()


def test_the_secret_goes_where_it_was_given_for():
    assert driver("files").leads_to == ("root", "endpoint", "region", "access_key_id")
    assert driver("files").secret == "S3 secret key"


def test_an_extension_that_another_than_duckdb_signed_is_not_loaded(monkeypatch, tmp_path, server):
    forged = tmp_path / "httpfs.duckdb_extension"
    content = bytearray(Path(bucket.extension()).read_bytes())
    content[len(content) // 2] ^= 1
    forged.write_bytes(bytes(content))
    monkeypatch.setattr(bucket, "extension", lambda: str(forged))

    with pytest.raises(ConnectorError, match="signature"):
        connect("files", server.settings(), server.secret()).snapshot()
