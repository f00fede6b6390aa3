"""What is wrong with a source before anybody connects to it. Knows no Django."""

from collections.abc import Mapping
from typing import Any

from catalog.connectors.errors import ConnectorError
from catalog.connectors.registry import driver
from catalog.sources.cron import WrongSchedule, parse

GIVE_AGAIN = "The address changed: give the password again, so that it cannot be sent elsewhere unnoticed."
FIVE_FIELDS = "Cron: minute, hour, day of the month, month, day of the week; “0 4 * * *” is four every night."
SHARE = (
    "A harvest that would take away more than this share of a database, in percent, stops; 100 never does."
)
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


def wrong_schedule(schedule: str) -> str:
    """What is wrong with a schedule; empty where nothing is, or where there is none."""
    try:
        if schedule:
            parse(schedule)
    except WrongSchedule as error:
        return str(error)
    return ""
