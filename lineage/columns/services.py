from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.assets.models import Asset, Field
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Progress, quiet
from catalog.sources.models import Source
from lineage.columns.sql import SqlLineage, parse_lineage
from lineage.graph.edges import VIEW, ColumnEdgeSpec, EdgeSpec
from lineage.graph.services import replace_edges

logger = logging.getLogger(__name__)

TELL_EVERY = 20  # views
DIALECTS = {"postgresql": "postgres"}  # kind of source -> dialect of sqlglot


@dataclass(frozen=True)
class Tally:
    """`puzzles` tell what of the SQL could not be understood, and in how many views."""

    views: int
    drawn: int
    closed: int
    puzzles: Counter[str] = field(default_factory=Counter)


def draw_view_lineage(*, source: Source, actor: str, progress: Progress = quiet) -> Tally:
    """Draw what each view of `source` reads, as its definition says, and close what it reads no more.

    The tables are those that the server itself names, where it does; the columns come from the SQL.
    """
    known = _Known(source)
    edges: list[EdgeSpec] = []
    columns: list[ColumnEdgeSpec] = []
    puzzles: Counter[str] = Counter()
    for done, view in enumerate(known.views, start=1):
        if done % TELL_EVERY == 0:
            progress(done, len(known.views), "Reading definitions")
        said = known.parse(view)
        edges += known.edges(view, said)
        columns += known.columns(view, said)
        puzzles.update(said.warnings)
        for warning in said.warnings:
            logger.info("%s: %s", view.name, warning)
    drawn, closed = replace_edges(
        kind=VIEW, targets=list(known.refs.values()), edges=edges, columns=columns, actor=actor
    )
    return Tally(len(known.views), drawn, closed, puzzles)


class _Known:
    """The tables and views of one source, by the names that SQL and the server use."""

    def __init__(self, source: Source) -> None:
        held = Asset.objects.present().filter(source=source).of_kinds(Asset.Kind.TABLE, Asset.Kind.VIEW)
        assets = list(held.order_by("pk").only("kind", "name", "facts"))
        self.dialect = DIALECTS.get(source.kind, source.kind)
        self.views = [asset for asset in assets if asset.kind == Asset.Kind.VIEW]
        self.by_name = {asset.name: asset.pk for asset in assets}
        self.refs = {ref_of(asset): asset.pk for asset in assets}
        self.fields: dict[tuple[int, str], int] = {}
        self.schema: dict[TableRef, dict[str, str]] = {ref: {} for ref in self.refs}
        ref_of_pk = {pk: ref for ref, pk in self.refs.items()}
        rows = Field.objects.present().filter(asset__in=ref_of_pk).order_by("asset", "position")
        for asset, name, data_type, pk in rows.values_list("asset", "name", "data_type", "pk"):
            self.fields[(asset, name)] = pk
            self.schema[ref_of_pk[asset]][name] = data_type

    def parse(self, view: Asset) -> SqlLineage:
        ref = ref_of(view)
        return parse_lineage(
            str(view.facts.get("view_sql", "")),
            dialect=self.dialect,
            schema=self.schema,
            search_path=[ref.schema],
            database=ref.database,
            output=ref,
        )

    def edges(self, view: Asset, said: SqlLineage) -> Iterator[EdgeSpec]:
        named = view.facts.get("depends_on")
        found = (
            [self.by_name.get(str(name)) for name in named]
            if named
            else [self.refs.get(ref) for ref in said.inputs]
        )
        for source in found:
            if source is not None:
                yield EdgeSpec(source, view.pk, VIEW)

    def columns(self, view: Asset, said: SqlLineage) -> Iterator[ColumnEdgeSpec]:
        """Columns that join or filter the whole view influence no single column, and are left out."""
        for edge in said.columns:
            source = self.fields.get((self.refs.get(edge.source_table, 0), edge.source_column))
            target = self.fields.get((view.pk, edge.target_column or ""))
            if source and target:
                yield ColumnEdgeSpec(source, target, VIEW, transformation=edge.kind, subtype=edge.subtype)


def ref_of(asset: Asset) -> TableRef:
    facts = asset.facts
    return TableRef(str(facts.get("database", "")), str(facts.get("schema", "")), asset.title)
