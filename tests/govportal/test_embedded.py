"""The portal's own PostgreSQL: shared by its users, stopped by the last, started again after any end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from govportal import embedded
from govportal.embedded import Broken, Server
from tests.house.rules import ROOT

USE = """
import sys, psycopg
from pathlib import Path
from govportal.embedded import Server, use
home = Path(sys.argv[1])
url = use(Server(home / "postgres", home / "postgres.log", ("fsync=off",)))
print(psycopg.connect(url).execute("SELECT current_database()").fetchone()[0], flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def home(tmp_path):
    yield tmp_path
    if (tmp_path / "postgres" / "PG_VERSION").exists():
        server(tmp_path).stop()


def server(home: Path) -> Server:
    return Server(home / "postgres", home / "postgres.log")


def user_of(home: Path) -> subprocess.Popen[str]:
    """Return another process that uses the server of `home`, once it does."""
    line = [sys.executable, "-c", USE, str(home)]
    process = subprocess.Popen(line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "govportal\n"
    return process


def runs(home: Path) -> bool:
    return (home / "postgres" / "postmaster.pid").exists()


def test_the_last_user_stops_the_server(home):
    first, second = user_of(home), user_of(home)

    first.communicate("\n")
    assert runs(home)

    second.communicate("\n")
    assert not runs(home)


def test_a_killed_user_does_not_keep_the_server_running(home):
    first, second = user_of(home), user_of(home)

    first.kill()
    first.communicate()
    second.communicate("\n")

    assert not runs(home)


def test_a_server_that_was_killed_starts_again(home):
    first = user_of(home)
    os.kill(postmaster(home), signal.SIGKILL)
    first.kill()
    first.communicate()

    user_of(home).communicate("\n")

    assert not runs(home)


def test_the_number_of_a_killed_server_may_belong_to_another_program(home):
    user_of(home).communicate("\n")
    (home / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{home / 'postgres'}\n1\n5432\n\n\n\n")

    user_of(home).communicate("\n")

    assert not runs(home)


def postmaster(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().split()[0])


def test_a_data_folder_with_a_long_name_gets_its_socket_elsewhere(home):
    deep = home / ("a folder with a long name, and blanks " * 3)
    deep.mkdir()

    user = user_of(deep)
    socket = (deep / "postgres" / "postmaster.pid").read_text().splitlines()[4]
    user.communicate("\n")

    assert socket.startswith("/tmp/govportal-")
    Path(socket).rmdir()


def test_a_file_is_no_data_folder(home):
    (home / "postgres").write_text("")

    with pytest.raises(Broken, match="is not a PostgreSQL data folder"):
        server(home).ensure_running()


def test_a_folder_of_something_else_is_no_data_folder(home):
    (home / "postgres").mkdir()
    (home / "postgres" / "letters").write_text("")

    with pytest.raises(Broken, match="is not a PostgreSQL data folder"):
        embedded.check_folder(home / "postgres")


def test_data_of_another_version_is_refused(tmp_path):
    (tmp_path / "PG_VERSION").write_text("17\n")

    with pytest.raises(Broken, match="was made by PostgreSQL 17, and the portal brings 18"):
        embedded.check_folder(tmp_path)


def test_damaged_data_gives_the_words_of_the_server(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    (tmp_path / "log").touch()

    with pytest.raises(Broken, match="PostgreSQL did not start from") as error:
        Server(tmp_path / "postgres", tmp_path / "log").ensure_running()

    assert "global/pg_control" in str(error.value)


def test_the_secret_key_is_made_once_for_its_owner_only(tmp_path):
    key = embedded.secret_key(tmp_path)

    assert embedded.secret_key(tmp_path) == key
    assert len(key) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_lost_secret_key_is_not_replaced(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")

    with pytest.raises(Broken, match="put it back from a backup"):
        embedded.secret_key(tmp_path)


def test_an_empty_secret_key_is_not_used(tmp_path):
    (tmp_path / "secret_key").touch()

    with pytest.raises(Broken, match="is empty"):
        embedded.secret_key(tmp_path)


def test_the_server_of_a_killed_process_is_swept_away(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded.tempfile, "gettempdir", lambda: str(tmp_path))
    home = tmp_path / f"{embedded.THROW_AWAY}x"
    home.mkdir()
    user = user_of(home)

    embedded.sweep()
    assert runs(home)

    user.kill()
    user.communicate()
    embedded.sweep()
    assert not home.exists()


def test_a_given_database_is_left_alone(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/portal")
    monkeypatch.setattr(embedded, "VAR", Path("/nonexistent"))

    embedded.ensure_environment()

    assert os.environ["DATABASE_URL"] == "postgresql://elsewhere/portal"


def test_a_place_that_cannot_be_written_is_named(monkeypatch, tmp_path):
    (tmp_path / "var").touch()
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setattr(embedded, "VAR", tmp_path / "var")

    with pytest.raises(Broken, match=f"cannot keep its data in {tmp_path}/var: Not a directory"):
        embedded.ensure_environment()
