"""What people make of a term is told to who follows it, and to who answers for it."""

from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import announced
from catalog.glossary.facts import TermSaved
from catalog.glossary.models import Term
from stewardship.following.services import event_of, tell
from stewardship.following.words import changed
from stewardship.subjects.reads import Subject
from stewardship.subjects.registry import KINDS


@receiver(announced, sender=TermSaved)
def tell_of_term(fact: TermSaved, **kwargs: Any) -> None:
    term = Term.objects.select_related("domain").filter(code=fact.subject).first()
    if term and fact.before is not None:
        subject, said = Subject(KINDS["term"], term), changed(fact.after)
        tell(
            subject=subject,
            event=event_of(subject=subject, said=said, version=fact.version, actor=fact.actor),
        )
