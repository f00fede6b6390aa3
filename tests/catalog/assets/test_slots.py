"""What other rooms put on the page of an asset."""

import pytest

from catalog.assets import slots
from catalog.assets.slots import Slot, add_slot
from tests.build import make_asset

PLAIN = "catalog/parts/known_of.html"


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr(slots, "SLOTS", [])


def test_a_room_puts_a_part_where_it_has_something_to_tell(registered, vera, signed_in):
    here, silent = make_asset("here"), make_asset("silent")
    other = make_asset("the-other-one")
    add_slot(Slot("overview", PLAIN, lambda reader, asset: asset.name == "here" and [other]))
    browser = signed_in(vera)

    page = browser.get(here.get_absolute_url())

    assert [filled.part for filled in page.context["slots"]["overview"]] == [[other]]
    assert page.context["slots"]["aside"] == []
    assert browser.get(silent.get_absolute_url()).context["slots"]["overview"] == []


def test_slots_come_in_their_order_and_only_once(registered):
    late, early = Slot("aside", PLAIN, bool, 60), Slot("aside", PLAIN, bool, 10)

    for slot in (late, early, late):
        add_slot(slot)

    assert [early, late] == slots.SLOTS


def test_an_unknown_place_is_refused(registered):
    with pytest.raises(ValueError, match="no place 'cellar'"):
        add_slot(Slot("cellar", PLAIN, bool))
