"""Sources that describe what other sources hold, as dbt does: what they say is kept beside, and fills gaps.

An asset belongs to the source that holds it. What a guest says of it stands in its facts under
`documented`: {source code: {"source", "kind", "comment", "columns": {name: comment}, "facts"}}.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from catalog.assets.models import Asset, Field
from catalog.connectors.registry import kinds_describing_others
from catalog.harvest.compare import Wanted
from catalog.sources.models import Source

DOCUMENTED = "documented"
BATCH = 1000


def describing_sources() -> set[int]:
    """The keys of the sources that only describe."""
    return set(Source.objects.filter(kind__in=kinds_describing_others()).values_list("pk", flat=True))


def comment(documented: Mapping[str, Any] | None) -> str:
    """What the first guest that says anything says of the asset."""
    said = (each.get("comment", "") for each in (documented or {}).values())
    return next(filter(None, said), "")


def document(assets: Iterable[Asset], wanted: Mapping[str, Wanted], source: Source, now: datetime) -> None:
    """Keep what `source` says of assets that others hold, and fill in descriptions that nobody gave."""
    changed = []
    for asset in assets:
        said = _said(wanted[asset.name], source)
        documented = asset.facts.get(DOCUMENTED, {})
        if documented.get(str(source.code)) == said:
            continue
        asset.facts = {**asset.facts, DOCUMENTED: {**documented, str(source.code): said}}
        asset.harvested_description = asset.harvested_description or said["comment"]
        asset.updated_at = now
        changed.append(asset)
    Asset.objects.bulk_update(changed, ["facts", "harvested_description", "updated_at"], batch_size=BATCH)
    _fill_columns({asset.pk: wanted[asset.name] for asset in changed})


def _said(wanted: Wanted, source: Source) -> dict[str, Any]:
    columns = {each.name: each.harvested_description for each in wanted.fields if each.harvested_description}
    return {
        "source": source.name,
        "kind": source.kind,
        "comment": wanted.comment,
        "columns": columns,
        "facts": wanted.facts,
    }


def _fill_columns(wanted: Mapping[int, Wanted]) -> None:
    empty = Field.objects.filter(asset__in=list(wanted), harvested_description="")
    filled = []
    for column in empty:
        said = {each.name: each.harvested_description for each in wanted[column.asset_id].fields}
        if said.get(column.name):
            column.harvested_description = said[column.name]
            filled.append(column)
    Field.objects.bulk_update(filled, ["harvested_description"], batch_size=BATCH)
