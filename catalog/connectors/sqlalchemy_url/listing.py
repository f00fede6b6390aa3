"""From SQLAlchemy's Inspector to facts about tables: bulk questions, a few for each schema."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Inspector, inspect, text
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.exc import SQLAlchemyError

from catalog.connectors.metadata import (
    ColumnFacts,
    ForeignKeyFacts,
    IndexFacts,
    TableFacts,
    TableKind,
    TableRef,
)
from catalog.connectors.reading import read_by
from catalog.connectors.sqlalchemy_url.dialect import Dialect

COLLATED = re.compile(r"""\s+(?:CHARACTER SET|COLLATE)\s+(?:"[^"]*"|\S+)""")
UNKNOWN = "unknown"
AUTOMATIC = "sqlite_autoindex_"  # of a key


class Listing:
    """One database. The names of some engines are turned around by their dialect; here they are their own."""

    def __init__(self, connection: Connection, dialect: Dialect, database: str) -> None:
        self.connection = connection
        self.inspector: Inspector = inspect(connection)
        self.dialect = dialect
        self.database = database

    def schemas(self) -> dict[str, str | None]:
        """The schemas by their own names, with what the Inspector calls them."""
        if self.dialect.flat:
            return {"": None}
        found = {self.own(each): each for each in self.inspector.get_schema_names()}
        return {name: found[name] for name in sorted(found) if name not in self.dialect.system}

    def own(self, name: str) -> str:
        """A name as the engine itself has it."""
        return str(self.connection.dialect.denormalize_name(name) or name) if self._turned else str(name)

    @property
    def _turned(self) -> bool:
        return bool(self.connection.dialect.requires_name_normalize)

    def tables(self, schema: str, called: str | None, only: Collection[str] | None) -> Iterator[TableFacts]:
        """The tables and views of one schema, or of it only some."""
        asked = Asked(self.inspector, called, self._called(only))
        columns = asked.multi("get_multi_columns")
        kinds = self.kinds(asked)
        found = {
            "keys": asked.multi("get_multi_pk_constraint"),
            "unique": asked.multi("get_multi_unique_constraints"),
            "foreign": asked.multi("get_multi_foreign_keys"),
            "indexes": asked.multi("get_multi_indexes", **self.dialect.indexes),
            "comments": asked.multi("get_multi_table_comment"),
        }
        wanted = {name for name in {*columns, *kinds} if only is None or self.own(name) in only}
        sql = self.view_sql(schema, asked, [each for each in wanted if kinds.get(each, "table") != "table"])
        for name in sorted(wanted, key=self.own):
            said = {key: each.get(name) for key, each in found.items()}
            yield self.table(
                schema, name, kinds.get(name, "table"), columns.get(name) or (), said, sql.get(self.own(name))
            )

    def with_dependencies(self, tables: list[TableFacts]) -> list[TableFacts]:
        """The same, the views with what their SQL reads."""
        spelled = {spelling(each.ref): each.ref for each in tables}
        return [
            replace(each, depends_on=self.read_by(each, spelled)) if each.view_sql else each
            for each in tables
        ]

    def read_by(self, view: TableFacts, spelled: Mapping[TableRef, TableRef]) -> tuple[TableRef, ...]:
        """The relations in a view's SQL; a name without a schema is of its own, or of the usual one."""
        usual = self.own(self.inspector.default_schema_name or "")
        found = set()
        for _, schema, name in read_by(view.view_sql or "", self.dialect.sql):
            written = [TableRef(self.database, each, name) for each in (schema or view.schema, usual)]
            if self.dialect.flat:
                written = [TableRef(schema or self.database, "", name)]
            known = (spelled[spelling(each)] for each in written if spelling(each) in spelled)
            found.add(next(known, written[0]))
        return tuple(sorted(found - {view.ref}))

    def _called(self, only: Collection[str] | None) -> list[str] | None:
        if only is None:
            return None
        turn = self.connection.dialect.normalize_name
        return [str(turn(each) or each) if self._turned else each for each in only]

    def kinds(self, asked: "Asked") -> dict[str, TableKind]:
        """What each relation is."""
        found: dict[str, TableKind] = dict.fromkeys(asked.names("get_table_names"), "table")
        found |= dict.fromkeys(asked.names("get_view_names"), "view")
        return found | dict.fromkeys(asked.names("get_materialized_view_names"), "materialized_view")

    def view_sql(self, schema: str, asked: "Asked", views: list[str]) -> dict[str, str]:
        """The SQL of the views by their own names."""
        if not views:
            return {}
        if self.dialect.views:
            named = {"schema": schema or self.database}
            rows = self.connection.execute(text(self.dialect.views), named)
            return {name: str(sql).strip() for name, sql in rows if sql}
        defined = {self.own(each): asked.one("get_view_definition", each) for each in views}
        return {name: str(sql).strip() for name, sql in defined.items() if sql}

    def table(
        self,
        schema: str,
        name: str,
        kind: TableKind,
        columns: Collection[Mapping[str, Any]],
        said: Mapping[str, Any],
        view_sql: str | None,
    ) -> TableFacts:
        declared = [each for each in said["indexes"] or () if str(each["name"]).startswith(AUTOMATIC)]
        declared += said["unique"] or ()
        unique = {each["name"]: self.owned(each["column_names"]) for each in declared}
        primary = self.owned((said["keys"] or {}).get("constrained_columns") or ())
        return TableFacts(
            database=self.database,
            schema=schema,
            name=self.own(name),
            kind=kind,
            columns=tuple(self.column(each, at) for at, each in enumerate(columns, 1)),
            comment=((said["comments"] or {}).get("text") or "") if kind == "table" else "",
            primary_key=primary,
            unique=tuple(sorted({*unique.values()} - {primary})),
            foreign_keys=tuple(self.foreign(schema, name, said["foreign"] or ())),
            indexes=tuple(self.indexes(said["indexes"] or (), unique)),
            view_sql=view_sql,
        )

    def owned(self, names: Collection[str]) -> tuple[str, ...]:
        """Columns under their own names."""
        return tuple(self.own(each) for each in names)

    def column(self, said: Mapping[str, Any], at: int) -> ColumnFacts:
        computed = said.get("computed")
        default = f"generated always as ({computed['sqltext']})" if computed else said.get("default")
        return ColumnFacts(
            name=self.own(said["name"]),
            data_type=self.type_of(said["type"]),
            position=at,
            nullable=bool(said.get("nullable", True)),
            default=None if default is None else str(default),
            comment=said.get("comment") or "",
        )

    def type_of(self, kind: Any) -> str:
        """The type as the dialect writes it."""
        try:
            return COLLATED.sub("", str(kind.compile(dialect=self.connection.dialect)))
        except SQLAlchemyError:  # one that the dialect could not read
            return UNKNOWN

    def foreign(
        self, schema: str, name: str, said: Collection[Mapping[str, Any]]
    ) -> Iterator[ForeignKeyFacts]:
        """Foreign keys within the database; a schema that is not said is the usual one, or the table's."""
        usual = self.inspector.default_schema_name
        for each in sorted(said, key=lambda each: each.get("name") or ""):
            target = each["referred_schema"]
            if self.dialect.flat and target not in {None, self.database}:
                continue
            called = None if self.dialect.flat else target or usual
            columns = self.owned(each["constrained_columns"])
            yield ForeignKeyFacts(
                each.get("name") or f"{self.own(name)}_{'_'.join(columns)}_fkey",
                columns,
                self.own(called) if called else schema,
                self.own(each["referred_table"]),
                self.owned(each["referred_columns"]),
            )

    def indexes(
        self, said: Collection[Mapping[str, Any]], keys: Collection[str | None]
    ) -> Iterator[IndexFacts]:
        """The indexes that are no keys."""
        for each in sorted(said, key=lambda each: each.get("name") or ""):
            if each.get("duplicates_constraint") or each.get("name") in keys or not each.get("name"):
                continue
            parts = each.get("expressions") or each["column_names"]
            yield IndexFacts(
                each["name"], self.owned([part for part in parts if part]), bool(each.get("unique"))
            )


def spelling(ref: TableRef) -> TableRef:
    """The same name for every way to write it."""
    return TableRef(ref.database.casefold(), ref.schema.casefold(), ref.name.casefold())


class Asked:
    """The Inspector's answers for one schema; what its dialect does not know is empty."""

    def __init__(self, inspector: Inspector, schema: str | None, only: Collection[str] | None) -> None:
        self.inspector = inspector
        self.schema = schema
        self.only = only

    def multi(self, method: str, **how: Any) -> dict[str, Any]:
        """A bulk answer, by the name of the relation."""
        ask: Callable[..., Mapping[Any, Any]] = getattr(self.inspector, method)
        try:
            found = ask(schema=self.schema, filter_names=self.only, kind=ObjectKind.ANY, **how)
        except NotImplementedError:
            return {}
        return {name: each for (_, name), each in found.items()}

    def names(self, method: str) -> list[str]:
        """Names of relations of one kind."""
        ask: Callable[..., list[str]] = getattr(self.inspector, method)
        try:
            return ask(schema=self.schema)
        except NotImplementedError:
            return []

    def one(self, method: str, name: str) -> Any:
        """An answer about one relation."""
        try:
            return getattr(self.inspector, method)(name, schema=self.schema)
        except NotImplementedError:
            return None
