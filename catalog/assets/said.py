"""What people say about assets and fields, as it is written down: whom and what they name, by its name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from accesscontrol.identity.models import Team, User
from catalog.assets.models import Asset, Field
from catalog.domains.models import Domain

NAMED: Mapping[str, tuple[type[models.Model], str]] = {
    "owner": (User, "username"),
    "business_owner": (User, "username"),
    "steward": (User, "username"),
    "team": (Team, "name"),
    "domain": (Domain, "slug"),
    "replacement": (Asset, "code"),
}


def plain(name: str, value: Any) -> Any:
    """A value as it is written down."""
    if name in NAMED and value is not None:
        return str(getattr(value, NAMED[name][1]))
    return value.isoformat() if isinstance(value, date) else value


def plain_of(row: Asset | Field, names: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a row by now, of these attributes."""
    return {name: plain(name, getattr(row, name)) for name in names}


def resolved(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is written down as the attributes hold it; raises ValidationError by name."""
    found, errors = {}, {}
    for name, value in said.items():
        try:
            found[name] = _named(name, value) if name in NAMED and value not in (None, "") else value
        except ValidationError as error:
            errors[name] = error.messages
        if name in NAMED and value == "":
            found[name] = None
    if errors:
        raise ValidationError(errors)
    return found


def _named(name: str, value: Any) -> models.Model:
    model, key = NAMED[name]
    if isinstance(value, str) and "\0" not in value:
        try:
            row = model._default_manager.filter(**{key: value}).first()
        except ValidationError:  # no UUID
            row = None
        if row is not None:
            return row
    raise ValidationError(f"There is no {name.replace('_', ' ')} {str(value)[:100]!r} here.")


def checked(draft: Asset | Field, said: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    """Return what is said as a row of this kind will keep it; raises ValidationError by name."""
    unknown = sorted(said.keys() - known)
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "This cannot be proposed."))
    for name, value in resolved(said).items():
        setattr(draft, name, value)
    draft.clean_fields(exclude={field.name for field in draft._meta.fields} - said.keys())
    return plain_of(draft, said)


def words(model: type[models.Model], name: str, value: Any) -> str:
    """A value for people: a choice is read by its name."""
    choices = dict(getattr(model._meta.get_field(name), "flatchoices", ()))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return "\n".join(_lines(value))
    return str(choices.get(value, "" if value is None else value))


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}: {each}" for key, each in sorted(value.items())]
    return [str(each) for each in value]
