"""What this room puts on the page of an asset."""

from catalog.assets.slots import Slot, add_slot
from catalog.completeness import reads


def register() -> None:
    add_slot(Slot("aside", "catalog/parts/completeness.html", reads.completeness, 5))
