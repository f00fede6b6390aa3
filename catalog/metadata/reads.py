from collections.abc import Collection, Sequence
from typing import Any

from catalog.assets.models import Asset
from catalog.metadata.attributes import by_verb
from stewardship.approvals.services import find_verb


def said_of(assets: Sequence[Asset], names: Collection[str]) -> dict[int, dict[str, Any]]:
    """What people say of assets that were read `for_list`, as plain values, by pk.

    The number of queries does not grow with the number of assets.
    """
    said: dict[int, dict[str, Any]] = {asset.pk: {} for asset in assets}
    for verb, wanted in by_verb(names).items():
        current = find_verb(verb).current
        for asset in assets:
            said[asset.pk] |= current(asset, dict.fromkeys(wanted))
    return said
