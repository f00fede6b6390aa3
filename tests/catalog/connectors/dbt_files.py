"""Artifacts of dbt for tests: those of real projects, and small ones made by hand."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.connectors.metadata import Snapshot, TableFacts
from catalog.connectors.registry import connect

PROJECTS = Path(__file__).parent / "dbt_projects"
NAMESPACE = "postgres://db.example.org:5432"


def artifact(kind: str, version: int, **content: Any) -> dict[str, Any]:
    """An artifact with the metadata that dbt gives it."""
    metadata = {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{kind}/v{version}.json",
        "dbt_version": "1.10.0",
        "generated_at": "2026-01-02T03:04:05.678Z",
        "adapter_type": "postgres",
        "project_name": "shop",
    }
    return {**content, "metadata": metadata | content.get("metadata", {})}


def manifest(*nodes: dict[str, Any], version: int = 12, **more: Any) -> dict[str, Any]:
    """A manifest of these nodes."""
    found = {each["unique_id"]: each for each in nodes}
    sources = {key: each for key, each in found.items() if each["resource_type"] == "source"}
    rest = {key: each for key, each in found.items() if key not in sources}
    return artifact("manifest", version, nodes=rest, sources=sources, **more)


def model(
    name: str, *reads: str, kind: str = "model", materialized: str = "table", **more: Any
) -> dict[str, Any]:
    """A node, with its config and with what it reads by unique ids."""
    return {
        "unique_id": f"{kind}.shop.{name}",
        "resource_type": kind,
        "database": "dwh",
        "schema": "marts",
        "name": name,
        "alias": name,
        "config": {"materialized": materialized, "enabled": True},
        "depends_on": {"nodes": list(reads), "macros": []},
        "columns": {},
        **more,
    }


def written(folder: Path, **artifacts: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a source that reads these artifacts, put as JSON into the folder."""
    folder.mkdir(exist_ok=True)
    for name, content in artifacts.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return {"path": str(folder), "namespace": NAMESPACE}


def snapshot(settings: Mapping[str, Any]) -> Snapshot:
    """What the connector lists."""
    return connect("dbt", settings, "").snapshot()


def tables(settings: Mapping[str, Any]) -> dict[str, TableFacts]:
    """The relations by their plain names."""
    return {each.name: each for each in snapshot(settings).tables}
