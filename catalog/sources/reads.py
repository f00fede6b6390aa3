from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accesscontrol.identity.models import User
from catalog.connectors.registry import KINDS, driver
from catalog.sources.models import Source


@dataclass(frozen=True)
class Setting:
    """A setting as its page shows it; `error` is the last one, where it is about this setting."""

    label: str
    value: Any
    error: str


@dataclass(frozen=True)
class Kind:
    """A kind of source that may be added; `missing` says what it needs first."""

    key: str
    label: str
    about: str
    missing: str


def kinds() -> list[Kind]:
    """Every kind of source, by its label."""
    found = [(key, label, driver(key)) for key, (label, _) in KINDS.items()]
    rows = [Kind(key, label, one.about, one.problems({}).get("kind", "")) for key, label, one in found]
    return sorted(rows, key=lambda row: row.label.lower())


def latest_harvests(reader: User, sources: Iterable[Source]) -> dict[int, Any]:
    """The last harvest of each source of a list that was made `for_list`, by the source's key."""
    model: Any = Source._meta.get_field("harvests").related_model
    harvests = model.objects.visible_to(reader)
    latest = harvests.filter(pk__in=[row.latest_harvest for row in sources])  # type: ignore[attr-defined]
    return {row.source_id: row for row in latest.for_list()}


def settings_of(source: Source) -> list[Setting]:
    """What a source is set to, in the order of its form. Of the secret only whether there is one."""
    rows = []
    for spec in driver(source.kind).fields:
        value = source.settings.get(spec.name, spec.default)
        rows.append(Setting(spec.label, shown(value), error_of(source, spec.name)))
        if spec.name == "user":
            kept = "Stored, encrypted" if source.has_secret else "None"
            rows.append(Setting("Password", kept, error_of(source, "password")))
    return rows


def shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def error_of(source: Source, name: str) -> str:
    return source.error if source.error_field == name else ""


def alias_setting(source: Source) -> str:
    """The label of the setting that keeps the names of assets when the address changes; or empty."""
    return next((spec.label for spec in driver(source.kind).fields if spec.name == "authority"), "")


def kind_label(source: Source) -> str:
    return KINDS[source.kind][0] if source.kind in KINDS else source.kind
