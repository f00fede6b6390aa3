"""What is wrong with a source before anybody connects to it. Knows no Django."""

from collections.abc import Mapping
from typing import Any

from catalog.connectors.protocol import ConnectorError
from catalog.connectors.registry import driver

WHERE_TO = ("host", "port")  # a secret is only sent to where it was given for
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
    """Whether the new settings lead to another server than the old ones."""
    usual = {field.name: field.default for field in driver(kind).fields}
    return _address(old, usual) != _address(new, usual)


def _address(settings: Settings, usual: Settings) -> list[str]:
    return [str(settings.get(key) or usual.get(key)) for key in WHERE_TO]
