from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from catalog.assets.models import Asset
from catalog.history.services import note_versions


@pytest.fixture
def versions(db: None) -> Callable[..., None]:
    """`versions(asset, {...}, {...}, cause={...})` keeps these descriptions, the oldest first."""

    def note(asset: Asset, *schemas: dict[str, Any], cause: Any = None) -> None:
        for at, schema in enumerate(schemas):
            known = at or asset.versions.exists()
            event = "changed" if known else "first"
            now = timezone.now()
            note_versions(event, {asset.pk: schema}, at=now, harvest_id=None, cause=cause)

    return note


def table(*columns: str, **more: Any) -> dict[str, Any]:
    """A description: `"id integer"` is a column."""
    told = [dict(zip(("name", "type"), column.split(" ", 1), strict=True)) for column in columns]
    return {"kind": "table", "columns": told, **more}
