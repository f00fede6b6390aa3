"""What this room puts on the page of an asset, and checks of what is said of one."""

from catalog.assets.checks import add_check
from catalog.assets.slots import Slot, add_slot
from catalog.properties import reads
from catalog.properties.services import values_for


def register() -> None:
    add_check("properties", values_for)
    add_slot(Slot("aside", "catalog/parts/properties.html", reads.card, 30))
