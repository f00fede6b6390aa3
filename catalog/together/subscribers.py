"""What people change about an asset is told to who follows it, and to who answers for it."""

from collections.abc import Callable
from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import Fact, announced
from catalog.assets.facts import AssetChanged, FieldChanged
from catalog.certification.facts import AssetCertified, CertificateEnded
from catalog.tags.facts import TagsChanged
from catalog.together import services

TELLING: dict[type[Fact], Callable[[Any], None]] = {
    AssetChanged: services.tell_of_asset,
    FieldChanged: services.tell_of_field,
    TagsChanged: services.tell_of_tags,
    AssetCertified: services.tell_of_certificate,
    CertificateEnded: services.tell_of_its_end,
}


@receiver(announced)
def tell_of(sender: type[Fact], fact: Fact, **kwargs: Any) -> None:
    if telling := TELLING.get(sender):
        telling(fact)
