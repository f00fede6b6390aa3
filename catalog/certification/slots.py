"""What this room puts on the page of an asset."""

from catalog.assets.slots import Slot, add_slot
from catalog.certification import reads


def register() -> None:
    add_slot(Slot("aside", "catalog/parts/certificate.html", reads.card, 10))
