from dataclasses import dataclass
from typing import Any

from catalog.connectors.registry import KINDS, driver
from catalog.sources.models import Source


@dataclass(frozen=True)
class Setting:
    """A setting as its page shows it; `error` is the last one, where it is about this setting."""

    label: str
    value: Any
    error: str


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


def kind_label(source: Source) -> str:
    return KINDS[source.kind][0] if source.kind in KINDS else source.kind
