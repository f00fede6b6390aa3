"""What is left of a value for those who may not see it, and which mask a column gets. Knows no Django.

`mask` says in Python what the compilers say in SQL: it is what they are tested against.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal, localcontext
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import yaml

Family = Literal["text", "number", "date", "other"]
NOTHING = "nothing"
UNMASK = "unmask_"
REST = "***"  # stands for what partial leaves out
MASKED = "[masked]"  # where first letter and REST happen to be the value itself
SHORT = 3  # letters; of a shorter value nothing is shown
FAMILIES: tuple[tuple[str, Family], ...] = (
    (r"(character|char|varchar|nvarchar|bpchar|text|tinytext|mediumtext|longtext|citext|string)\b", "text"),
    (r"(name|enum|uuid|inet|cidr|macaddr)\b", "text"),
    (r"(tinyint|smallint|mediumint|integer|int\d?|bigint|number|numeric|decimal|dec)\b", "number"),
    (r"(real|double|float\d?|smallserial|serial|bigserial)\b", "number"),
    (r"(date|datetime|timestamp(tz)?)\b", "date"),
)


@dataclass(frozen=True, order=True)
class Mask:
    """How a column is masked; who is a member of all `unless` roles sees it clear. Empty `unless`: nobody."""

    method: str
    unless: tuple[str, ...]


@dataclass(frozen=True)
class Masks:
    """masks.yaml: `methods` from the strictest on, each with the kinds of types it fits; what each `says`."""

    methods: Mapping[str, frozenset[str]]
    says: Mapping[str, str]
    tags: Mapping[str, Mapping[str, str]]

    def strictest(self, methods: Iterable[str], family: Family) -> str:
        """Return the strictest of the methods; one that is unknown, or cannot be applied, leaves nothing."""
        fitting = [each if family in self.methods.get(each, ()) else NOTHING for each in methods]
        return min(fitting, key=list(self.methods).index)


@cache
def known_masks() -> Masks:
    """Return masks.yaml."""
    stored = yaml.safe_load(Path(__file__).with_name("masks.yaml").read_text())
    methods = {name: frozenset(each["fits"]) for name, each in stored["methods"].items()}
    says = {name: str(each["says"]) for name, each in stored["methods"].items()}
    return Masks(methods, says, {tag: dict(each) for tag, each in stored["tags"].items()})


def family_of(data_type: str) -> Family:
    """Return the kind of a database's type; arrays and what is not known are "other"."""
    said = data_type.strip().lower()
    if said.endswith("]"):
        return "other"
    return next((family for words, family in FAMILIES if re.match(words, said)), "other")


def mask_for(
    tags: Iterable[str],
    data_type: str,
    forced: Iterable[tuple[str, str | None]] = (),
    prefix: str = UNMASK,
) -> Mask | None:
    """Return the mask of a column, or None for one that nothing asks to mask.

    `forced` are tags that policies oblige to mask, each with the method they ask for; None is the usual one.
    The roles that see it clear are named `prefix` and the tag.
    """
    masks, family, asked = known_masks(), family_of(data_type), tuple(forced)
    known = {*masks.tags, *(tag for tag, _ in asked)}
    counting = sorted(set(tags) & known)
    if not counting:
        return None
    usual = {tag: masks.tags.get(tag, {}).get(family, NOTHING) for tag in counting}
    methods = [usual[tag] for tag in counting if tag in masks.tags]
    methods += [method or usual[tag] for tag, method in asked if tag in usual]
    return Mask(masks.strictest(methods, family), tuple(prefix + tag for tag in counting))


def tags_of(*, identity: str, sensitive: bool, gdpr_sensitivity: str) -> frozenset[str]:
    """Return a field's tags by what the catalog says of it."""
    said = {
        "identity": bool(identity),
        "sensitive": sensitive,
        f"gdpr_{gdpr_sensitivity}": bool(gdpr_sensitivity),
    }
    return frozenset(tag for tag, holds in said.items() if holds)


def mask(value: Any, method: str, salt: str = "") -> Any:
    """Return what `method` leaves of `value`.

    `hash` and `partial` give text and never the value itself; the others keep the type of the value.
    """
    return None if value is None else _MASKS[method](value, salt)


def _partial(value: Any, _: str) -> str:
    shown = str(value)[0] + REST if len(str(value)) >= SHORT else REST
    return MASKED if shown == value else shown


def _month(value: date, _: str) -> date:
    return value.replace(day=1, **_midnight(value))


def _year(value: date, _: str) -> date:
    return value.replace(month=1, day=1, **_midnight(value))


def _midnight(value: date) -> dict[str, Any]:
    return {"hour": 0, "minute": 0, "second": 0, "microsecond": 0} if isinstance(value, datetime) else {}


def _cut(digits: int) -> Any:
    """Towards zero: rounding up could leave the range of the column's type."""

    def cut(value: Any, _: str) -> Any:
        said = str(value)
        with localcontext(prec=len(said) + digits):
            exact = Decimal(said).scaleb(-digits).to_integral_value(ROUND_DOWN).scaleb(digits)
        return type(value)(exact)

    return cut


_MASKS: Mapping[str, Any] = {
    NOTHING: lambda value, salt: None,
    "hash": lambda value, salt: sha256(f"{salt}{value}".encode()).hexdigest(),
    "partial": _partial,
    "year": _year,
    "month": _month,
    "thousands": _cut(3),
    "tens": _cut(1),
}
