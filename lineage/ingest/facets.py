"""What an event says about one dataset. Knows no Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lineage.ingest import values

TABLE, VIEW, FILE, TOPIC, MODEL = "table", "view", "file", "topic", "model"
KINDS = {
    "TABLE": TABLE,
    "VIEW": VIEW,
    "MATERIALIZED_VIEW": VIEW,
    "FILE": FILE,
    "FOLDER": FILE,
    "TOPIC": TOPIC,
    "STREAM": TOPIC,
    "MODEL": MODEL,
}
FILE_STORES = {"s3", "s3a", "s3n", "gs", "abfss", "abfs", "wasbs", "wasb", "hdfs", "dbfs", "file"}
TOPIC_STORES = {"kafka", "pubsub"}
LONGEST_COLUMN = 500
LONGEST_TYPE = 200
MOST_COLUMNS = 5000


@dataclass(frozen=True)
class Column:
    name: str
    data_type: str = ""
    description: str = ""


@dataclass(frozen=True)
class ColumnEdge:
    """Column `target` of the dataset is made from column `source` of another one.

    `transformation` is DIRECT, INDIRECT or empty (unknown); `masked` stops personal data.
    """

    target: str
    namespace: str
    name: str
    source: str
    transformation: str = ""
    subtype: str = ""
    masked: bool = False


@dataclass(frozen=True)
class Dataset:
    """`kind` is what its name makes likely, or what a facet says (`kind_is_said`)."""

    namespace: str
    name: str
    kind: str = TABLE
    kind_is_said: bool = False
    columns: tuple[Column, ...] = ()
    column_edges: tuple[ColumnEdge, ...] = ()
    description: str = ""
    rows: int | None = None


def read_dataset(item: dict[str, Any]) -> Dataset:
    namespace, name = values.text(item.get("namespace")), values.text(item.get("name"))
    facets = values.mapping(item.get("facets"))
    said = _said_kind(facets)
    return Dataset(
        namespace=namespace,
        name=name,
        kind=said or _likely_kind(namespace, facets),
        kind_is_said=bool(said),
        columns=tuple(_columns(facets)),
        column_edges=tuple(_column_edges(facets)),
        description=values.text(values.mapping(facets.get("documentation")).get("description")),
        rows=_rows(item),
    )


def _said_kind(facets: dict[str, Any]) -> str:
    said = values.text(values.mapping(facets.get("datasetType")).get("datasetType"))
    return KINDS.get(said.upper().replace(" ", "_"), "")


def _likely_kind(namespace: str, facets: dict[str, Any]) -> str:
    """A path with the symlink of a table is that table; else the store tells."""
    links = values.mappings(values.mapping(facets.get("symlinks")).get("identifiers"))
    if any(link.get("type") == "TABLE" for link in links) and _store(namespace) not in TOPIC_STORES:
        return TABLE
    if _store(namespace) in TOPIC_STORES:
        return TOPIC
    return FILE if _store(namespace) in FILE_STORES else TABLE


def _store(namespace: str) -> str:
    """`s3` of `s3://bucket`; a namespace may also be the bare word `file`."""
    try:
        return (urlsplit(namespace).scheme or namespace).lower()
    except ValueError:  # "http://[half" is a name like any other
        return ""


def _columns(facets: dict[str, Any]) -> Iterator[Column]:
    fields = list(values.mappings(values.mapping(facets.get("schema")).get("fields")))[:MOST_COLUMNS]
    for field in sorted(fields, key=lambda field: values.whole(field.get("ordinal_position")) or 0):
        name = values.text(field.get("name"))
        if name and len(name) <= LONGEST_COLUMN:
            yield Column(
                name,
                values.text(field.get("type"))[:LONGEST_TYPE],
                values.text(field.get("description")),
            )


def _column_edges(facets: dict[str, Any]) -> Iterator[ColumnEdge]:
    fields = values.mapping(values.mapping(facets.get("columnLineage")).get("fields"))
    for target, made in fields.items():
        for source in values.mappings(values.mapping(made).get("inputFields")):
            for how in _transformations(source, values.mapping(made)):
                edge = ColumnEdge(
                    values.text(target),
                    values.text(source.get("namespace")),
                    values.text(source.get("name")),
                    values.text(source.get("field")),
                    *how,
                )
                if edge.target and edge.source and edge.namespace and edge.name:
                    yield edge


def _transformations(source: dict[str, Any], made: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Each way in which the source makes the target; one unknown way where nothing is said.

    Before 1-1-0 the whole target column had a single `transformationType`.
    """
    found = [
        (
            values.text(how.get("type")).upper()[:20],
            values.text(how.get("subtype")).upper()[:40],
            how.get("masking") is True,
        )
        for how in values.mappings(source.get("transformations"))
    ]
    old = values.text(made.get("transformationType")).upper()
    return found or [("DIRECT" if old in {"IDENTITY", "MASKED"} else "", old[:40], old == "MASKED")]


def _rows(item: dict[str, Any]) -> int | None:
    """Rows written (outputStatistics) or read (inputStatistics); both occur among plain facets too."""
    places = [values.mapping(item.get(key)) for key in ("outputFacets", "inputFacets", "facets")]
    for name in ("outputStatistics", "inputStatistics"):
        for place in places:
            rows = values.whole(values.mapping(place.get(name)).get("rowCount"))
            if rows is not None:
                return rows
    return None
