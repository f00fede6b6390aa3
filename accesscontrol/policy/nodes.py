"""What a policy's conditions become: a tree of plain values. Knows no Django."""

import datetime as dt
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from zoneinfo import ZoneInfo

from accesscontrol.policy.attributes import Attribute


@dataclass(frozen=True)
class Clock:
    """A time of day in a zone, to be compared with a moment."""

    time: dt.time
    zone: ZoneInfo

    def of(self, moment: dt.datetime) -> dt.time:
        return moment.astimezone(self.zone).time()

    def __str__(self) -> str:
        return f"{self.time:%H:%M} {self.zone.key}"


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Weekday:
    """A day of the week in a zone; a moment is equal to it when it falls on it."""

    number: int  # Monday is 0
    zone: ZoneInfo

    def holds(self, moment: dt.datetime) -> bool:
        return moment.astimezone(self.zone).weekday() == self.number

    def __str__(self) -> str:
        return f"{DAYS[self.number]} {self.zone.key}"


@dataclass(frozen=True)
class Network:
    """An IP network, or one address; an address is equal to it when it lies in it."""

    network: IPv4Network | IPv6Network

    def holds(self, address: Address) -> bool:
        return address in self.network

    def __str__(self) -> str:
        alone = self.network.num_addresses == 1
        return str(self.network.network_address if alone else self.network)


Value = str | int | bool | dt.datetime | Clock | Weekday | Network | Address | tuple["Value", ...] | None
Truth = bool | None  # None is "unknown"


@dataclass(frozen=True)
class Literal:
    value: Value


Operand = Attribute | Literal


@dataclass(frozen=True)
class Compare:
    """One condition; `path` is its place in the stored JSON."""

    operator: str
    left: Operand
    right: Operand
    path: str = ""


@dataclass(frozen=True)
class All:
    items: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    items: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    item: "Node"


@dataclass(frozen=True)
class Known:
    """A condition whose answer no longer depends on the resource."""

    truth: Truth


Node = Compare | All | AnyOf | Not | Known
UNKNOWN = Known(None)
