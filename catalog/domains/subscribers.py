"""What people make of a domain is told to who follows it, and to its steward."""

from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import announced
from catalog.domains.facts import DomainSaved
from catalog.domains.models import Domain
from stewardship.following.services import event_of, tell
from stewardship.following.words import changed
from stewardship.subjects.reads import Subject
from stewardship.subjects.registry import KINDS


@receiver(announced, sender=DomainSaved)
def tell_of_domain(fact: DomainSaved, **kwargs: Any) -> None:
    domain = Domain.objects.filter(code=fact.subject).first()
    if domain and fact.before is not None:
        before = fact.before
        after = {name: said for name, said in fact.after.items() if said != before.get(name)}
        subject, said = Subject(KINDS["domain"], domain), changed(after)
        event = event_of(subject=subject, said=said, version=domain.version, actor=fact.actor)
        tell(subject=subject, event=event)
