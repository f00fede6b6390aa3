"""Which statements are sent to engines that may have no read-only transactions."""

import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.guard import refuse_writing
from catalog.connectors.sqlalchemy_url.errors import told
from catalog.connectors.sqlalchemy_url.settings import UrlSettings

DIALECTS = ("postgres", "mysql", "snowflake", "bigquery", "trino", "redshift", "tsql", "oracle", "sqlite", "")
SETTINGS = UrlSettings(url="trino://ann@db.example.org/hive")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1",
        "select a from t where b = 'delete from t'",
        "-- DELETE\nSELECT a FROM t",
        "/* a */ (SELECT a FROM t) UNION ALL (SELECT b FROM u)",
        "WITH x AS (SELECT 1 AS a) SELECT a FROM x;",
    ],
)
def test_what_reads_is_sent(query, dialect):
    refuse_writing(query, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "query",
    [
        "",
        ";",
        "DELETE FROM t",
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 1",
        "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE",
        "CREATE TABLE t (a int)",
        "DROP TABLE t",
        "TRUNCATE TABLE t",
        "GRANT SELECT ON t TO ann",
        "CALL p()",
        "EXEC xp_cmdshell 'dir'",
        "COPY t TO '/tmp/x'",
        "SET ROLE admin",
        "EXPLAIN ANALYZE DELETE FROM t",
        "ATTACH DATABASE '/etc/passwd' AS p",
        "SELECT 1; DELETE FROM t",
        "SELECT 1; SELECT 2",
        "WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x",
        "SELECT a INTO u FROM t",
        "SELECT a FROM t FOR UPDATE",
        "SELECT a FROM t INTO OUTFILE '/tmp/x'",
        "SELECT 1 /*! INTO OUTFILE '/tmp/x' */",
        "SELECT 1 /*M! INTO OUTFILE '/tmp/x' */",
        "SELECT ((((",
    ],
)
def test_what_could_write_is_not(query, dialect):
    with pytest.raises(ConnectorError):
        refuse_writing(query, dialect)


def test_very_many_comments_are_looked_at_once():
    with pytest.raises(ConnectorError):
        refuse_writing("/**/" * 10_000 + "DELETE FROM t", "postgres")


def test_a_query_that_is_not_understood_is_not_written_into_the_log(caplog):
    for query in ("CALL secret('hunter2')", "SELECT 'hunter2' FROM (("):
        with pytest.raises(ConnectorError):
            refuse_writing(query, "postgres")

    assert "hunter2" not in caplog.text


class DatabaseError(Exception):
    """As drivers call theirs."""


@pytest.mark.parametrize(
    ("words", "kind", "field"),
    [
        ("ORA-01017: invalid username/password; logon denied", "auth", "password"),
        ("Incorrect username or password was specified (hunter2)", "auth", "password"),
        ("Login failed for user 'ann'.", "auth", "password"),
        ("error 401: Unauthorized", "auth", "password"),
        ("Catalog 'hive' not found", "unknown_database", "url"),
        ("Cannot open database hive requested by the login", "unknown_database", "url"),
        ("connection timed out", "timeout", "url"),
        ("Failed to resolve 'db.example.org'", "unreachable", "url"),
        ("Connection refused", "unreachable", "url"),
        ("something else hunter2", "unreachable", "url"),
    ],
)
def test_why_no_connection_came_about_is_told_from_the_drivers_words(words, kind, field):
    found = told(DatabaseError(words), SETTINGS, connected=False)

    assert (found.kind, found.field) == (kind, field)
    assert "hunter2" not in found.message


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("SQL access control error: Insufficient privileges to operate on table 'T'", "permission"),
        ("Access Denied: Table x: User does not have permission", "permission"),
        ("ORA-00942: table or view does not exist", "missing"),
        ("Unrecognized name: emial at [1:8]", "missing"),
        ("line 1:8: Column 'emial' cannot be resolved", "missing"),
        ("Invalid object name 'nope'.", "missing"),
        ("Statement reached its statement or warehouse timeout and was canceled", "timeout"),
        ("Query exceeded the maximum run time limit of 60s", "timeout"),
        ("server closed the connection unexpectedly", "unreachable"),
        ("duplicate key value (email)=(hunter2)", "query"),
    ],
)
def test_why_a_query_failed_is_told_from_the_drivers_words(words, kind):
    found = told(DatabaseError(words), SETTINGS, connected=True)

    assert found.kind == kind
    assert "hunter2" not in found.message
    assert "email" not in found.message


def test_a_number_of_the_engine_is_kept():
    assert told(DatabaseError(1064, "near 'hunter2'"), SETTINGS, connected=True).message == (
        "The source did not accept the query (DatabaseError 1064)."
    )
