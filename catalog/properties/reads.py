from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.properties.models import Property


@dataclass(frozen=True)
class Line:
    """One property of an asset; `value` is None where nobody has said anything."""

    definition: Property
    value: Any

    @property
    def text(self) -> str:
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return "" if self.value is None else str(self.value)


def definitions(kind: str) -> list[Property]:
    """What an asset of this kind may have. Whoever sees an asset sees what it may have."""
    return list(Property.objects.of_kind(kind))


def card(reader: User, asset: Asset) -> list[Line]:
    """The properties of an asset, for its page."""
    return [Line(row, asset.properties.get(row.name)) for row in definitions(asset.kind)]
