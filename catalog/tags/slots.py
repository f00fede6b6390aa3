"""What this room puts on the pages of assets and fields."""

from catalog.assets.slots import Slot, add_slot
from catalog.tags import reads


def register() -> None:
    add_slot(Slot("aside", "catalog/parts/tags.html", reads.of_thing, 20))
    add_slot(Slot("drawer", "catalog/parts/field_tags.html", reads.of_thing, 20))
