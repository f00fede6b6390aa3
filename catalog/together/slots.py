"""People working together, on the page of an asset."""

from catalog.assets.slots import Slot, add_slot
from catalog.together import reads


def register() -> None:
    add_slot(Slot("banner", "stewardship/parts/banners.html", reads.announced, 20))
    add_slot(Slot("actions", "catalog/parts/together.html", reads.button, 10))
