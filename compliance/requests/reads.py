from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from accesscontrol.identity.models import User
from catalog.assets.models import Asset, Field, ForeignKey
from compliance.requests.models import RequestStep, SubjectRequest
from compliance.requests.plan import Identity, Link, Plan, plan

HIDDEN_WAY = "by a table that is hidden from you"


@dataclass(frozen=True)
class TablesAndPlan:
    plan: Plan
    assets: dict[int, Asset]

    @property
    def names(self) -> dict[int, str]:
        return {pk: asset.name for pk, asset in self.assets.items()}


def plan_for(request: SubjectRequest) -> TablesAndPlan:
    """Return where to look for the person, over every table of every source: four queries.

    Nobody's view limits this: a person's right does not depend on who answers. What a reader may see
    of it is decided when it is shown.
    """
    fields = Field.objects.filter(
        ~Q(identity=""), asset__source__isnull=False, asset__removed_at=None, removed_at=None
    ).exclude(asset__kind=Asset.Kind.VIEW)
    identities = [Identity(f.asset_id, f.name, f.identity) for f in fields]
    links = [
        Link(key.asset_id, tuple(key.columns), key.target_id, tuple(key.target_columns))
        for key in ForeignKey.objects.filter(asset__removed_at=None, target__removed_at=None)
    ]
    personal = set(Asset.objects.present().filter(has_personal_data=True).values_list("pk", flat=True))
    found = plan(request.identifier_kind, identities, links, personal)
    assets = Asset.objects.filter(pk__in=found.tables).select_related("source")
    return TablesAndPlan(found, {asset.pk: asset for asset in assets})


@dataclass(frozen=True)
class ShownStep:
    """A step as a reader sees it: tables that a policy hides have no name, no rows and no ways."""

    asset: Asset | None
    state: str
    rows: int | None
    ways: list[str]
    message: str


def shown_steps(*, reader: User, request: SubjectRequest) -> list[ShownStep]:
    steps = RequestStep.objects.filter(request=request).select_related("asset")
    visible = set(steps.visible_to(reader).values_list("pk", flat=True))
    secrets = [step.asset.name for step in steps if step.pk not in visible]
    return [
        ShownStep(step.asset, step.state, step.rows, _ways(step, secrets), step.message)
        if step.pk in visible
        else ShownStep(None, step.state, None, [], "")
        for step in steps
    ]


def _ways(step: RequestStep, secrets: Iterable[str]) -> list[str]:
    """The ways by which a table was reached; one may begin in a table that the reader may not see."""
    return [HIDDEN_WAY if any(f"{name}." in way for name in secrets) else way for way in step.ways]


def hidden_tables(*, reader: User, request: SubjectRequest) -> int:
    """Return how many tables of the package the reader may not see."""
    steps = RequestStep.objects.filter(request=request)
    return steps.count() - steps.visible_to(reader).count()
