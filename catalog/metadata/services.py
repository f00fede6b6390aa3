from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.domains import people
from catalog.editing.stale import Stale
from catalog.metadata.attributes import PEOPLE, by_verb
from stewardship.approvals.services import find_verb, propose


@transaction.atomic
def say(*, asset: Asset, actor: User, values: Mapping[str, Any], version: int) -> None:
    """Let `actor`, who may change the asset, say these plain values of it; each verb records what it changed.

    `version` is the one that was looked at. Raises Stale, Refused, ValidationError by attribute.
    """
    row = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    if row.version != version:
        raise Stale(row)
    for verb, changes in _parts(values).items():
        known = find_verb(verb)
        known.apply(row, known.check(changes), actor.username, row.version)
        row.refresh_from_db(fields=["version"])


@transaction.atomic
def propose_all(*, asset: Asset, author: User, values: Mapping[str, Any], reason: str) -> None:
    """Ask for the same, with a proposal for each verb. Raises ValidationError by attribute."""
    for verb, changes in _parts(values).items():
        propose(verb=verb, subject=asset, changes=changes, reason=reason, author=author)


def checked(*, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values as assets keep them; raises ValidationError by attribute."""
    kept: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    for verb, changes in _parts(values).items():
        for name, value in changes.items():
            try:
                kept |= find_verb(verb).check({name: value})
            except ValidationError as error:
                wrong |= error.message_dict
    names = {name: values[name] for name in PEOPLE if values.get(name) and name not in wrong}
    there = set(people.PEOPLE.filter(username__in=names.values()).values_list("username", flat=True))
    wrong |= {name: f"“{who}” has no open account." for name, who in names.items() if who not in there}
    if wrong:
        raise ValidationError(wrong)
    return kept


def _parts(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {verb: {name: values[name] for name in names} for verb, names in by_verb(values).items()}
