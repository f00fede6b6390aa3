"""After a harvest, whom its changes concern is told, as a job of its own."""

from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import announced
from catalog.harvest.facts import SourceHarvested
from catalog.harvest.models import Harvest
from lineage.changes.reads import to_tell
from lineage.changes.tasks import TELL
from stewardship.jobs.services import submit_job


@receiver(announced, sender=SourceHarvested)
def tell_after(fact: SourceHarvested, **kwargs: Any) -> None:
    harvest = Harvest.objects.filter(code=fact.harvest).first()
    if harvest and to_tell(harvest).exists():
        arguments = {"harvest_id": harvest.pk}
        submit_job(kind=TELL, arguments=arguments, actor=fact.actor, subject=harvest.subject)
