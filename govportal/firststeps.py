"""What is to be done in a portal that nobody has filled yet; gone from the home page once it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accesscontrol.identity.models import User
from accesscontrol.policy.models import Policy
from catalog.assets.models import Asset
from catalog.sources.models import Source


@dataclass(frozen=True)
class Step:
    """`is_done(reader)` is one query over what `reader` may see."""

    title: str
    text: str
    url_name: str
    permission: str
    is_done: Callable[[User], bool]


def _knows_people(reader: User) -> bool:
    people = User.objects.visible_to(reader).filter(is_active=True, is_service=False)
    return people.exclude(pk=reader.pk).exists()


STEPS = [
    Step(
        "Add a source",
        "A database, a folder of files or a dbt project. It is harvested, and its tables appear.",
        "sources:add",
        "catalog.add_source",
        lambda reader: Source.objects.visible_to(reader).exists(),
    ),
    Step(
        "Let people in",
        "An account for each colleague, with a role that says what they may do.",
        "people:create",
        "accesscontrol.add_user",
        _knows_people,
    ),
    Step(
        "Say who sees what",
        "Policies decide what each person finds on pages, by search and by the API.",
        "policysets:new_policy",
        "accesscontrol.add_policyset",
        lambda reader: Policy.objects.visible_to(reader).exists(),
    ),
    Step(
        "Name an owner",
        "Open an asset and say who answers for it: questions and proposals reach them.",
        "catalog:search",
        "catalog.change_asset",
        lambda reader: Asset.objects.visible_to(reader).filter(owner__isnull=False).exists(),
    ),
]


def first_steps(reader: User) -> list[tuple[Step, bool]]:
    """Return the steps that `reader` may take, and whether each is done; nothing once all are."""
    steps = [(step, step.is_done(reader)) for step in STEPS if reader.has_perm(step.permission)]
    return steps if not all(done for _, done in steps) else []
