"""What was renamed stays in its data products; what people make of a product is told to who follows it."""

from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import announced
from catalog.assets.models import Asset
from catalog.products.facts import ProductSaved
from catalog.products.models import Product
from catalog.products.services import copy_ports
from catalog.renames.facts import RenameAccepted
from stewardship.following.services import event_of, tell
from stewardship.following.words import changed
from stewardship.subjects.reads import Subject
from stewardship.subjects.registry import KINDS


@receiver(announced, sender=RenameAccepted)
def keep_ports(fact: RenameAccepted, **kwargs: Any) -> None:
    old, new = (Asset.objects.filter(code=code).first() for code in (fact.old, fact.subject))
    if old and new:
        copy_ports(old=old, new=new, actor=fact.actor)


@receiver(announced, sender=ProductSaved)
def tell_of_product(fact: ProductSaved, **kwargs: Any) -> None:
    product = Product.objects.select_related("domain").filter(code=fact.subject).first()
    if product and fact.before is not None:
        subject, said = Subject(KINDS["product"], product), changed(fact.after)
        tell(
            subject=subject,
            event=event_of(subject=subject, said=said, version=fact.version, actor=fact.actor),
        )
