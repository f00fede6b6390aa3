"""After a harvest the view definitions are read again, as a job of its own."""

from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import announced
from catalog.assets.models import Asset
from catalog.harvest.facts import SourceHarvested
from catalog.sources.models import Source
from stewardship.jobs.services import submit_job


@receiver(announced, sender=SourceHarvested)
def read_views_after(fact: SourceHarvested, **kwargs: Any) -> None:
    source = Source.objects.filter(code=fact.subject).first()
    if source and Asset.objects.filter(source=source, kind=Asset.Kind.VIEW).exists():
        submit_job(
            kind="lineage.views",
            arguments={"source_id": source.pk},
            actor=fact.actor,
            subject=source.subject,
        )
