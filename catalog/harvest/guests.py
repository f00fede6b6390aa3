"""Sources that describe what other sources hold, as dbt does: what they say is kept beside, and fills gaps.

An asset belongs to the source that holds it. What a guest says of it stands in its facts under
`documented`: {source code: {"source", "kind", "comment", "columns": {name: comment}, "facts"}}.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from catalog.assets.documented import DOCUMENTED
from catalog.assets.models import Asset, Field
from catalog.connectors.registry import kinds_describing_others
from catalog.harvest.compare import Wanted
from catalog.sources.models import Source

BATCH = 1000
OF_ASSET = ("facts", "harvested_description", "updated_at")


def describing_sources() -> set[int]:
    """The keys of the sources that only describe."""
    return set(Source.objects.filter(kind__in=kinds_describing_others()).values_list("pk", flat=True))


def comment(documented: Mapping[str, Any] | None) -> str:
    """What the first guest that says anything says of the asset."""
    said = (each.get("comment", "") for each in (documented or {}).values())
    return next(filter(None, said), "")


def columns(documented: Mapping[str, Any] | None) -> dict[str, str]:
    """What the first guest that says anything says of each column."""
    said: dict[str, str] = {}
    for each in (documented or {}).values():
        said = {**each.get("columns", {}), **said}
    return said


def ask_again(sources: Iterable[int]) -> None:
    """Assets that only these guests knew have found their owner: what they say of them must be heard anew."""
    Source.objects.filter(pk__in=list(sources)).update(probes={})


def forget(source: Source, namespace: str, database: str, still: Iterable[int], now: datetime) -> None:
    """Take back what `source` said of assets of `database` of which it says nothing any more."""
    key = str(source.code)
    rows = Asset.objects.filter(namespace=namespace, facts__database=database)
    rows = rows.filter(**{f"facts__{DOCUMENTED}__has_key": key}).exclude(pk__in=list(still))
    forgotten = list(rows.only("facts", "harvested_description"))
    _forget_columns({asset.pk: asset.facts[DOCUMENTED][key].get("columns", {}) for asset in forgotten})
    for asset in forgotten:
        others = {code: said for code, said in asset.facts[DOCUMENTED].items() if code != key}
        if asset.harvested_description == asset.facts[DOCUMENTED][key].get("comment"):
            asset.harvested_description = comment(others)
        kept = {name: fact for name, fact in asset.facts.items() if name != DOCUMENTED}
        asset.facts = {**kept, DOCUMENTED: others} if others else kept
        asset.updated_at = now
    Asset.objects.bulk_update(forgotten, OF_ASSET, batch_size=BATCH)


def _forget_columns(said: Mapping[int, Mapping[str, str]]) -> None:
    emptied = []
    for column in Field.objects.filter(asset__in=list(said)).exclude(harvested_description=""):
        if said[column.asset_id].get(column.name) == column.harvested_description:
            column.harvested_description = ""
            emptied.append(column)
    Field.objects.bulk_update(emptied, ["harvested_description"], batch_size=BATCH)


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
    Asset.objects.bulk_update(changed, OF_ASSET, batch_size=BATCH)
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
