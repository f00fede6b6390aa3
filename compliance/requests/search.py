"""A person's rows, read from the sources by a plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from catalog.assets.models import Asset
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import TableRef
from catalog.connectors.protocol import Connector, Rows, Where
from catalog.sources.services import open_source
from compliance.requests.collect import Found, Key, Row, collect
from compliance.requests.package import plain
from compliance.requests.reads import TablesAndPlan
from stewardship.jobs.kinds import Work

ROW_LIMIT = 10_000


class Search:
    """Reads every table of a plan; a source that does not answer costs its tables, not the others."""

    def __init__(self, where: TablesAndPlan, identifier: str, work: Work) -> None:
        self.where = where
        self.pattern = f"(?i)^\\s*{re.escape(identifier.strip())}\\s*$"
        self.work = work
        self.connectors: dict[int, Connector] = {}
        self.columns: dict[int, list[str]] = {}
        self.problems: dict[int, str] = {}
        self.touched: set[int] = set()

    def run(self) -> dict[int, Found]:
        return collect(self.where.plan, self._start, self._read, self.where.names)

    def _start(self, table: int, column: str) -> Iterable[Row]:
        return self._rows(table, [Where(column, "matches", self.pattern)])

    def _read(self, table: int, columns: tuple[str, ...], keys: tuple[Key, ...]) -> Iterator[Row]:
        values = [tuple(dict.fromkeys(key[at] for key in keys)) for at in range(len(columns))]
        conditions = [Where(c, "in", v) for c, v in zip(columns, values, strict=True)]
        wanted = set(keys)
        for row in self._rows(table, conditions):
            if tuple(row[column] for column in columns) in wanted:
                yield row

    def _rows(self, table: int, conditions: list[Where]) -> list[Row]:
        asset = self.where.assets[table]
        self._say(asset)
        try:
            answer = self._select(asset, conditions)
        except ConnectorError as error:
            self.problems[table] = error.message
            return []
        if answer.truncated:
            self.problems[table] = f"More than {ROW_LIMIT:,} rows in one step; not all were read."
        return list(answer.records())

    def _select(self, asset: Asset, conditions: list[Where]) -> Rows:
        if asset.pk not in self.columns:
            self.columns[asset.pk] = list(asset.fields.present().values_list("name", flat=True))
        connector = self._connector(asset)
        return connector.select(table_ref(asset), self.columns[asset.pk], conditions, ROW_LIMIT)

    def _connector(self, asset: Asset) -> Connector:
        if asset.source is None:
            raise ConnectorError("The source of this table is gone from the portal.", "config")
        if asset.source.pk not in self.connectors:
            self.connectors[asset.source.pk] = open_source(source=asset.source)
        return self.connectors[asset.source.pk]

    def _say(self, asset: Asset) -> None:
        self.touched.add(asset.pk)
        self.work.progress(len(self.touched), len(self.where.assets), "Looking through the sources")


def table_ref(asset: Asset) -> TableRef:
    """Return the table's name as its source knows it."""
    facts = asset.facts
    return TableRef(str(facts["database"]), str(facts.get("schema", "")), asset.title)


def ready(rows: Iterable[Row]) -> list[dict[str, object]]:
    """Return rows as JSON can hold them."""
    return [{name: plain(value) for name, value in row.items()} for row in rows]
