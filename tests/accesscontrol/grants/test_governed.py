"""Which rows can be granted, asked for and found by their code."""

from accesscontrol.grants.answering import governed_models
from catalog.assets.models import Asset


def test_assets_can_and_what_the_search_keeps_of_them_cannot():
    assert list(governed_models()) == [Asset]
