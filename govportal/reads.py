"""What the home page shows, each part as far as the reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from accesscontrol.grants.models import Grant
from accesscontrol.grants.reads import ending_soon
from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from compliance.requests.models import SubjectRequest
from mlgovernance.registry.models import ModelVersion
from quality.runs.models import Violation
from stewardship.approvals.models import Proposal
from stewardship.jobs.models import Job

SHOWN = 6


@dataclass(frozen=True)
class Home:
    """The number of queries is the same for any reader and any portal."""

    waiting: list[Proposal]
    mine: list[Asset]
    violations: list[Violation]
    requests: list[SubjectRequest]
    jobs: list[Job]
    domains: list[dict[str, Any]]
    ending: list[Grant]
    counts: dict[str, int]


def home(*, reader: User) -> Home:
    assets = Asset.objects.visible_to(reader).present()
    broken = Violation.objects.visible_to(reader).unresolved()
    models = ModelVersion.objects.visible_to(reader)
    return Home(
        waiting=list(Proposal.objects.decidable_by(reader).open().for_list()[:SHOWN]),
        mine=list(assets.filter(owner=reader).for_list()[:SHOWN]),
        violations=list(broken.worst_first().for_list()[:SHOWN]),
        requests=list(SubjectRequest.objects.visible_to(reader).open()[:SHOWN]),
        jobs=list(Job.objects.visible_to(reader)[:SHOWN]),
        domains=list(_domains(assets)),
        ending=ending_soon(reader),
        counts={
            **assets.aggregate(
                assets=Count("pk"),
                described=Count("pk", filter=~Q(description="") | ~Q(harvested_description="")),
                owned=Count("pk", filter=Q(owner__isnull=False)),
                classified=Count("pk", filter=Q(sensitivity__isnull=False)),
            ),
            "broken": broken.count(),
            "models": models.count(),
        },
    )


def _domains(assets: Any) -> Any:
    return (
        assets.filter(domain__isnull=False)
        .order_by("domain__name")
        .values("domain__name", "domain__slug")
        .annotate(
            assets=Count("pk"),
            owned=Count("pk", filter=Q(owner__isnull=False)),
            personal=Count("pk", filter=Q(has_personal_data=True)),
        )
    )
