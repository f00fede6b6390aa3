"""After a harvest, who answers for what breaks is told, as a job of its own."""

from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import announced
from catalog.harvest.facts import SourceHarvested
from catalog.harvest.models import Harvest
from catalog.history.changes import BREAKING
from lineage.changes.tasks import TELL
from stewardship.jobs.services import submit_job


@receiver(announced, sender=SourceHarvested)
def tell_after(fact: SourceHarvested, **kwargs: Any) -> None:
    harvest = Harvest.objects.filter(code=fact.harvest).first()
    if harvest and harvest.versions.filter(impact=BREAKING).exists():
        subject = f"harvest:{harvest.code}"
        submit_job(kind=TELL, arguments={"harvest_id": harvest.pk}, actor=fact.actor, subject=subject)
