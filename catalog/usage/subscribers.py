"""After a harvest, what ran at the source is read too: by a job of its own, which cannot harm the harvest."""

from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import announced
from catalog.harvest.facts import SourceHarvested
from catalog.sources.models import Source
from catalog.usage.tasks import read_soon


@receiver(announced, sender=SourceHarvested)
def read_usage_after(fact: SourceHarvested, **kwargs: Any) -> None:
    source = Source.objects.filter(code=fact.subject).first()
    if source:
        read_soon(source, fact.actor)
