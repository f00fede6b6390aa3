"""Which account runs PostgreSQL: ours, or, since it refuses to run as root, one made for it."""

import os
import pwd
import stat
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

NAME = "embedded_postgres"


class Account(NamedTuple):
    """Another account of this machine than the one we run as."""

    user: int
    group: int


def identity(account: Account | None) -> dict[str, Any]:
    """Return the arguments that make `subprocess.run` become `account`."""
    if account is None:
        return {}
    return {"user": account.user, "group": account.group, "extra_groups": []}


def account_for(data: Path) -> Account | None:
    """Return the account that must run the server of `data`; None means the one we are."""
    if os.geteuid() != 0:
        return None
    if data.is_dir() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        make_account()
        entry = pwd.getpwnam(NAME)
    return Account(entry.pw_uid, entry.pw_gid)


def make_account() -> None:
    line = ["useradd", "--system", "--shell", "/bin/sh", NAME]
    made = subprocess.run(line, capture_output=True, text=True, check=False)
    if made.returncode:
        raise OSError(f"PostgreSQL refuses to run as root, and {' '.join(line)} says: {made.stderr.strip()}")


def let_in(account: Account, folder: Path, programs: Path) -> None:
    """Let `account` pass through to `folder`, and read and run what is under `programs`; nothing more."""
    for path in (folder, programs):
        for parent in (path, *path.parents):
            add_mode(account, parent, stat.S_IXOTH)
    for path in programs.rglob("*"):
        runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        add_mode(account, path, stat.S_IROTH | (stat.S_IXOTH if runs else 0))


def add_mode(account: Account, path: Path, wanted: int) -> None:
    now = path.stat()
    if now.st_uid != account.user and now.st_mode & wanted != wanted:
        path.chmod(now.st_mode | wanted)
