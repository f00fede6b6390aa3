"""What was renamed keeps its terms."""

from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import announced
from catalog.assets.models import Asset
from catalog.renames.facts import RenameAccepted
from catalog.termlinks.services import copy_links


@receiver(announced, sender=RenameAccepted)
def keep_terms(fact: RenameAccepted, **kwargs: Any) -> None:
    old, new = (Asset.objects.filter(code=code).first() for code in (fact.old, fact.subject))
    if old and new:
        copy_links(old=old, new=new, actor=fact.actor)
