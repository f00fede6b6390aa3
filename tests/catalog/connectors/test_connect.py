"""Every way a connection can fail says what to change, and never shows the password."""

import shutil
import socket
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from catalog.connectors.errors import ConnectorError
from catalog.connectors.registry import connect
from govportal import embedded

SECRET = "s3cret'{place}\\%"


def failure(**settings: object) -> ConnectorError:
    given = {"host": "127.0.0.1", "database": "shop", "user": "reader", "connect_timeout": 2, **settings}
    with pytest.raises(ConnectorError) as caught:
        connect("postgresql", given, SECRET).test()
    assert SECRET not in f"{caught.value} {caught.value.args} {caught.value.__cause__}"
    assert caught.value.__suppress_context__
    return caught.value


def told(error: ConnectorError) -> tuple[str, str | None, str]:
    return error.kind, error.field, str(error)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_wrong_host():
    assert told(failure(host="no-such-host.invalid")) == (
        "unreachable",
        "host",
        "The host name “no-such-host.invalid” is not known.",
    )


def test_a_wrong_port():
    port = free_port()

    assert told(failure(port=port)) == (
        "unreachable",
        "port",
        f"Nothing answers at 127.0.0.1:{port}. Check host and port.",
    )


def test_a_wrong_socket_directory(tmp_path):
    assert told(failure(host=str(tmp_path))) == (
        "unreachable",
        "host",
        f"No connection to {tmp_path} came about. Check host and port.",
    )


def test_a_server_that_accepts_and_stays_silent(listening):
    port = listening(b"")
    began = time.monotonic()

    error = failure(port=port)

    assert told(error) == (
        "timeout",
        "host",
        f"The server at 127.0.0.1:{port} did not answer within 2 seconds.",
    )
    assert 1.5 < time.monotonic() - began < 4


def test_a_server_of_another_kind(listening):
    port = listening(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    error = failure(port=port, sslmode="disable")

    assert told(error) == ("unreachable", "port", f"What answers at 127.0.0.1:{port} is not PostgreSQL.")


def test_a_server_without_encryption(listening):
    port = listening(b"N")

    error = failure(port=port, sslmode="require")

    assert (error.kind, error.field) == ("config", "sslmode")


def test_an_unknown_database(server):
    with pytest.raises(ConnectorError) as caught:
        server.connector("no such database").test()

    assert told(caught.value)[:2] == ("unknown_database", "database")
    assert str(caught.value).endswith("has no database “no such database” to connect to.")


def test_an_unknown_user(server):
    with pytest.raises(ConnectorError) as caught:
        server.connector("postgres", user="no such user").test()

    assert told(caught.value)[:2] == ("auth", "user")


def test_a_database_without_the_right_to_connect(scratch, role):
    scratch.run(f"REVOKE CONNECT ON DATABASE {scratch.name} FROM PUBLIC")

    with pytest.raises(ConnectorError) as caught:
        scratch.connector(user=role).test()

    message = f"User “{role}” may not connect to database “{scratch.name}”: grant it CONNECT."
    assert told(caught.value) == ("permission", "database", message)


@pytest.fixture(scope="module")
def locked_server():
    """A server that asks for a password: the suite's own one trusts everybody."""
    home = Path(tempfile.mkdtemp(prefix="locked"))
    running = embedded.Server(home / "postgres", home / "log")
    try:
        running.ensure_running()
        with psycopg.connect(running.url("postgres"), autocommit=True) as root:
            root.execute("CREATE ROLE reader LOGIN PASSWORD 'right'")
            rules = "local all reader scram-sha-256\nlocal postgres postgres trust\n"
            (home / "postgres" / "pg_hba.conf").write_text(rules)
            root.execute("SELECT pg_reload_conf()")
            yield {"host": root.info.host, "port": root.info.port}
    finally:
        running.stop()
        shutil.rmtree(home)


def test_a_wrong_password(locked_server):
    error = failure(**locked_server, database="postgres")

    message = f"The server at {locked_server['host']} refused the password of user “reader”."
    assert told(error) == ("auth", "password", message)


def test_a_missing_password_is_not_taken_from_the_environment(locked_server, monkeypatch, tmp_path):
    (tmp_path / "pass").write_text("*:*:*:*:right\n")
    (tmp_path / "pass").chmod(0o600)
    monkeypatch.setenv("PGPASSWORD", "right")
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pass"))

    with pytest.raises(ConnectorError) as caught:
        connect("postgresql", {**locked_server, "database": "postgres", "user": "reader"}, "").test()

    assert told(caught.value)[:2] == ("auth", "password")


def test_the_right_password_over_a_unix_socket(locked_server):
    settings = {**locked_server, "database": "postgres", "user": "reader"}

    facts = connect("postgresql", settings, "right").test()

    assert (facts.user, facts.databases, facts.warnings) == ("reader", ("govportal", "postgres"), ())


def test_a_user_the_server_does_not_let_in(locked_server):
    error = failure(**locked_server, database="template1", user="postgres")

    assert (error.kind, error.field) == ("auth", "user")


def test_the_server_says_who_answered(scratch):
    facts = scratch.connector().test()

    assert facts.product.startswith("PostgreSQL ")
    assert scratch.name in facts.databases
    assert facts.user == scratch.server.user


def checks(connector):
    return {each.name: each for each in connector.test().checks}


def test_a_superuser_is_advised_against(scratch):
    found = checks(scratch.connector())

    advice = found["Have no more rights than needed"]
    assert (advice.ok, advice.needed) == (False, False)
    assert advice.message == f"“{scratch.server.user}” is a superuser: a role that may only read is enough."
    assert all(each.ok for each in found.values() if each.needed)
    assert not scratch.connector().test().warnings


def test_unreadable_tables_come_with_the_grant_that_helps(scratch, role):
    scratch.run('CREATE SCHEMA "Old ""Stuff"', 'CREATE TABLE "Old ""Stuff".a ()', "CREATE TABLE b (id int)")
    connector = scratch.connector(user=role)

    found = checks(connector)

    assert {each.name: each.remedy for each in found.values() if each.needed and not each.ok} == {
        f'Read schema “Old "Stuff” of “{scratch.name}”': (
            f'GRANT USAGE ON SCHEMA "Old ""Stuff" TO "{role}"; '
            f'GRANT SELECT ON ALL TABLES IN SCHEMA "Old ""Stuff" TO "{role}";'
        ),
        f"Read schema “public” of “{scratch.name}”": (
            f'GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "{role}";'
        ),
    }
    scratch.run(*(each.remedy for each in found.values() if each.needed and not each.ok))
    given = checks(connector)
    scratch.run(f"DROP OWNED BY {role}")
    assert all(each.ok for each in given.values() if each.needed)


def test_tables_out_of_scope_need_no_grant(scratch, role):
    scratch.run("CREATE SCHEMA old", "CREATE TABLE old.a ()")

    found = checks(scratch.connector(user=role, exclude=["old"]))

    assert found[f"Read the tables of “{scratch.name}”"].ok
    assert found[f"List what is in “{scratch.name}”"].message == "0 tables and views."


def test_what_opens_more_comes_with_its_statement_and_is_not_needed(scratch, role):
    connector = scratch.connector(user=role)

    lacking = [each for each in connector.test().checks if not each.ok]

    assert not any(each.needed for each in lacking)
    remedies = [each.remedy for each in lacking]
    assert remedies == [f'GRANT pg_read_all_stats TO "{role}";', "CREATE EXTENSION pg_stat_statements;"]
    scratch.run(*remedies)
    still = [each for each in connector.test().checks if not each.ok]
    assert [each.remedy for each in still] in ([], [""])  # the server may not load the library


def test_another_database_that_lets_nobody_in_comes_with_its_grant(scratch, another_database, role):
    other = another_database(f"{scratch.name} two")
    other.run(f'REVOKE CONNECT ON DATABASE "{other.name}" FROM PUBLIC')
    connector = scratch.connector(user=role, databases=[scratch.name, other.name, "no such"])

    found = checks(connector)

    assert found[f"Connect to “{scratch.name}”"].ok
    closed = found[f"Connect to “{other.name}”"]
    assert (closed.ok, closed.remedy) == (False, f'GRANT CONNECT ON DATABASE "{other.name}" TO "{role}";')
    assert (found["Connect to “no such”"].ok, found["Connect to “no such”"].remedy) == (False, "")


def test_a_server_over_tcp(relay, scratch):
    facts = scratch.connector(host="127.0.0.1", port=relay.port).test()

    assert facts.user == scratch.server.user


def test_a_server_that_goes_silent_in_the_middle_is_given_up(relay, scratch):
    connector = scratch.connector(host="127.0.0.1", port=relay.port, statement_timeout=1)
    began = time.monotonic()

    with pytest.raises(ConnectorError) as caught:
        connector.rows("SELECT 'please go silent'")

    assert caught.value.kind == "timeout"
    assert time.monotonic() - began < 9
