"""Which local files a source may name: below the operator's folders, never the portal's own state.

Folders are chosen with SOURCE_FOLDERS, separated as in PATH; unset, every folder but the system's.
"""

import os
import stat
from errno import EINVAL, EISDIR
from pathlib import Path
from typing import BinaryIO

from catalog.connectors.errors import ConnectorError

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/run")
AT_ONCE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC
WRITE_WHOLE = "Write a whole path, for example /data/shop."


def readable(path: str | Path, field: str) -> Path:
    """`path` with its links resolved, whether or not anything is there.

    Whoever walks a folder asks again for each file that it finds. Raises ConnectorError (config).
    """
    try:
        if not Path(path).is_absolute():
            raise ConnectorError(WRITE_WHOLE, "config", field)
        real = Path(path).resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links, a NUL
        raise ConnectorError(WRITE_WHOLE, "config", field) from None
    if not any(allowed(real, below) for below in folders()):
        raise ConnectorError(f"The portal may not read “{path}”. {choice()}", "config", field)
    return real


def opened(real: Path) -> BinaryIO:
    """The file at a path whose links are resolved; raises OSError for a link, and for what is no file.

    Nobody can make the portal wait at a pipe, or put a link there after the path was looked at.
    """
    number = os.open(real, AT_ONCE)
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(number, "rb")
    os.close(number)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(real))
    raise OSError(EINVAL, "it is no file", str(real))


def leads_elsewhere(path: str) -> bool:
    """Whether a link stands on the way to what was found as a file, or no file any more."""
    try:
        return os.path.realpath(path) != path or not stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:  # it went: whoever reads it says so
        return False


def folders() -> tuple[Path, ...]:
    """What the operator opened; a folder named here is open even if it is in the portal's state."""
    named = [each for each in os.environ.get("SOURCE_FOLDERS", "").split(os.pathsep) if each]
    return tuple(Path(each).resolve() for each in named) or (Path("/"),)


def allowed(real: Path, below: Path) -> bool:
    """Whether nothing between the folder and the path is closed or hidden."""
    if not real.is_relative_to(below):
        return False
    if any(part.startswith(".") for part in real.relative_to(below).parts):  # .env, .ssh
        return False
    state = os.environ.get("GOVPORTAL_VAR") or ROOT / "var"
    closed = [Path(each).resolve() for each in (state, *SYSTEM)]
    return not any(real.is_relative_to(each) and not below.is_relative_to(each) for each in closed)


def choice() -> str:
    """What may be read instead, said to a person."""
    if not os.environ.get("SOURCE_FOLDERS"):
        return "Hidden files, those of the system and the portal's own are closed to sources."
    return f"SOURCE_FOLDERS opens {', '.join(map(str, folders()))}."
