"""Which local files a source may name: below the operator's folders, never the portal's own state.

Folders are chosen with SOURCE_FOLDERS, separated as in PATH; unset, every folder but the system's.
"""

import os
from pathlib import Path

from catalog.connectors.errors import ConnectorError

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/run")
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
