"""Careful hands for JSON that strangers wrote. Knows no Django.

Whatever is missing, null or of another type becomes an empty value; nothing here raises.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list, and skip everything else in it."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def text(value: Any) -> str:
    """Return a string that PostgreSQL can store: without NUL and without half a surrogate pair."""
    if not isinstance(value, str):
        return ""
    if value.isascii() and "\x00" not in value:
        return value
    return value.replace("\x00", "�").encode("utf-8", "replace").decode()


def whole(value: Any) -> int | None:
    """Return a row count; None for what cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < 2**63 else None


def moment(value: Any) -> datetime | None:
    """Return the moment in UTC; a time without a zone is taken as UTC."""
    try:
        found = datetime.fromisoformat(text(value).strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def run_id(value: Any) -> UUID | None:
    """Return the run's UUID; another kind of name gets the UUID that always stands for it."""
    name = text(value).strip() or (str(value) if isinstance(value, int) else "")
    if not name:
        return None
    try:
        return UUID(name)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"openlineage:run:{name}")
