"""What is wrong with a source before anybody connects to it. Knows no Django."""

from collections.abc import Mapping
from typing import Any

from catalog.connectors.errors import ConnectorError
from catalog.connectors.registry import driver

GIVE_AGAIN = "The address changed: give the password again, so that it cannot be sent elsewhere unnoticed."
OTHER_KIND = "A source stays of its kind: add another source."

Settings = Mapping[str, Any]


def problems(kind: str, settings: Settings) -> dict[str, str]:
    """What is wrong with the settings of a source of `kind`, by the setting's name, or "kind"."""
    try:
        return dict(driver(kind).problems(settings))
    except ConnectorError as error:
        return {error.field or "kind": error.message}


def leads_elsewhere(kind: str, old: Settings, new: Settings) -> bool:
    """Whether the new settings send the secret to another place than the one it was given for."""
    found = driver(kind)
    usual = {field.name: field.default for field in found.fields}

    def address(settings: Settings) -> list[str]:
        return [str(settings.get(key) or usual.get(key)) for key in found.leads_to]

    return address(old) != address(new)
