"""One value of a stored condition, checked against the type of its attribute. Knows no Django."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.nodes import DAYS, Address, Clock, Network, Value, Weekday
from accesscontrol.refusal import Refused

LONGEST_TEXT = 1_000
LONGEST_LIST = 500
LARGEST = 2**31 - 1  # what an integer column holds
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class PolicyError(Refused, ValueError):
    """A policy that cannot be used; `path` is the place of the fault in its JSON."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


def text(raw: Any, path: str, longest: int = LONGEST_TEXT) -> str:
    """Return `raw` if it is a text that a database can hold, and not an empty one."""
    if not isinstance(raw, str):
        raise PolicyError(path, f"must be a text, not {_kind(raw)}")
    if not raw.strip():
        raise PolicyError(path, "must not be empty")
    return storable(raw, path, longest)


def storable(raw: str, path: str, longest: int = LONGEST_TEXT) -> str:
    if len(raw) > longest:
        raise PolicyError(path, f"must be at most {longest} letters long")
    if "\x00" in raw or any("\ud800" <= letter <= "\udfff" for letter in raw):
        raise PolicyError(path, "contains a character that cannot be stored")
    return raw


def moment(raw: Any, path: str) -> datetime:
    """Return the instant that an ISO 8601 text with a zone names."""
    try:
        found = datetime.fromisoformat(text(raw, path))
    except ValueError as error:
        if isinstance(error, PolicyError):
            raise
        raise PolicyError(path, f"{raw!r} is not a date and time of ISO 8601") from error
    if found.tzinfo is None:
        raise PolicyError(path, "needs a zone, as in 2027-01-01T00:00:00Z")
    if not 1900 <= found.year <= 9000:
        raise PolicyError(path, "must be between the years 1900 and 9000")
    return found


def scalar(raw: Any, attribute: Attribute, zone: ZoneInfo, path: str) -> Value:
    """Return `raw` as a value of the attribute's type (of its elements, for a list)."""
    if attribute.type == "datetime":
        return _moment_or_clock(raw, attribute, zone, path)
    if attribute.type == "weekday":
        return _weekday(raw, zone, path)
    return _SCALARS[attribute.type](raw, attribute, path)


def _integer(raw: Any, attribute: Attribute, path: str) -> int:
    level = attribute.level(raw) if isinstance(raw, str) else None
    if level is not None:
        return level
    if isinstance(raw, bool) or not isinstance(raw, int):
        wanted = f"a number or one of {', '.join(attribute.levels)}" if attribute.levels else "a number"
        raise PolicyError(path, f"must be {wanted}, not {_kind(raw)}")
    if abs(raw) > LARGEST:
        raise PolicyError(path, f"must be between -{LARGEST} and {LARGEST}")
    return raw


def _boolean(raw: Any, attribute: Attribute, path: str) -> bool:
    if not isinstance(raw, bool):
        raise PolicyError(path, f"must be true or false, not {_kind(raw)}")
    return raw


def _string(raw: Any, attribute: Attribute, path: str) -> str:
    return text(raw, path)


def _network(raw: Any, attribute: Attribute, path: str) -> Network:
    try:
        return Network(network(text(raw, path)))
    except ValueError as error:
        if isinstance(error, PolicyError):
            raise
        says = "has bits set behind its mask" if "host bits" in str(error) else "is no IP address or network"
        raise PolicyError(path, f"{raw!r} {says}, as in 10.1.2.3 or 10.0.0.0/8") from error


def network(raw: str) -> IPv4Network | IPv6Network:
    """Return the network that a text names; IPv4 written as IPv6 (::ffff:10.0.0.0/104) becomes IPv4."""
    found = ip_network(raw)
    mapped = getattr(found.network_address, "ipv4_mapped", None)
    return found if mapped is None or found.prefixlen < 96 else IPv4Network((mapped, found.prefixlen - 96))


@lru_cache(maxsize=1_000)
def address(raw: str) -> Address | None:
    """Return the IP address that a text names, IPv4 written as IPv6 as IPv4; None for another text."""
    try:
        found = ip_address(raw)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _weekday(raw: Any, zone: ZoneInfo, path: str) -> Weekday:
    if text(raw, path) not in DAYS:
        raise PolicyError(path, f"must be one of {', '.join(DAYS)}, not {raw!r}")
    return Weekday(DAYS.index(raw), zone)


_SCALARS: Mapping[str, Callable[[Any, Attribute, str], Value]] = {
    "string": _string,
    "list": _string,
    "integer": _integer,
    "boolean": _boolean,
    "address": _network,
}


def _moment_or_clock(raw: Any, attribute: Attribute, zone: ZoneInfo, path: str) -> Value:
    if isinstance(raw, str) and TIME_OF_DAY.fullmatch(raw):
        if attribute.root != "env":
            raise PolicyError(path, "a time of day can be compared with env.time only")
        return Clock(time.fromisoformat(raw), zone)
    return moment(raw, path)


def timezone(raw: Any, path: str) -> ZoneInfo:
    name = text(raw, path)
    if name not in _zones():
        raise PolicyError(path, f"there is no time zone {name!r}")
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _kind(raw: Any) -> str:
    names = {type(None): "null", bool: "true or false", dict: "an object", list: "a list"}
    names |= {str: "a text", int: "a number", float: "a number with a fraction"}
    return names.get(type(raw), "this")
