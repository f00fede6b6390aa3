"""information_schema, asked in bulk for one database: as many queries for one table as for ten thousand.

It lists what the account may reach and nothing else: an account that lost a privilege lists fewer tables. It
compares names without regard to case, so every comparison is made a second time in binary.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import BindParameter, TextClause, bindparam, text

from catalog.connectors.metadata import TableRef

SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")

SERVER = text("SELECT VERSION(), CURRENT_USER()")

DATABASES = text("SELECT schema_name FROM information_schema.schemata ORDER BY schema_name")

HERE = "table_schema = :database AND BINARY table_schema = :database"

TABLES = f"""
    SELECT table_name, table_type, table_comment, table_rows, data_length + index_length,
           UNIX_TIMESTAMP(update_time)
    FROM information_schema.tables
    WHERE {HERE} AND table_type IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
"""  # noqa: S608 - our own text
TABLES_ORDER = "ORDER BY BINARY table_name"

VIEWS = f"""
    SELECT table_name, view_definition FROM information_schema.views WHERE {HERE}
"""  # noqa: S608

COLUMNS = f"""
    SELECT table_name, column_name, column_type, is_nullable, column_default, extra, column_comment,
           generation_expression
    FROM information_schema.columns WHERE {HERE}
"""  # noqa: S608
COLUMNS_ORDER = "ORDER BY BINARY table_name, ordinal_position"

# A unique index holds for every row whether it was declared as a constraint or not.
INDEXES = f"""
    SELECT table_name, index_name, column_name, non_unique = 0, index_type
    FROM information_schema.statistics WHERE {HERE}
"""  # noqa: S608
INDEXES_ORDER = "ORDER BY BINARY table_name, BINARY index_name, seq_in_index"

FOREIGN_KEYS = f"""
    SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
    FROM information_schema.key_column_usage
    WHERE {HERE} AND referenced_table_schema = :database AND BINARY referenced_table_schema = :database
"""  # noqa: S608
FOREIGN_KEYS_ORDER = "ORDER BY BINARY table_name, BINARY constraint_name, ordinal_position"


@dataclass(frozen=True)
class Catalogue:
    """The queries of one listing."""

    tables: TextClause
    views: TextClause
    columns: TextClause
    indexes: TextClause
    foreign_keys: TextClause


def catalogue(narrowed: str = "") -> Catalogue:
    """The queries about the tables that a condition leaves over."""

    def asking(query: str, order: str = "") -> TextClause:
        return text(f"{query} {narrowed} {order}")

    return Catalogue(
        tables=asking(TABLES, TABLES_ORDER),
        views=asking(VIEWS),
        columns=asking(COLUMNS, COLUMNS_ORDER),
        indexes=asking(INDEXES, INDEXES_ORDER),
        foreign_keys=asking(FOREIGN_KEYS, FOREIGN_KEYS_ORDER),
    )


WHOLE = catalogue()


def chosen(only: Collection[TableRef] | None, database: str) -> tuple[Catalogue, dict[str, object]]:
    """The queries for everything, or for these relations, with what to bind."""
    if only is None:
        return WHOLE, {"database": database}
    here = [each.name for each in only if each.database == database]
    some = catalogue("AND table_name IN :names")
    spread: BindParameter[object] = bindparam("names", expanding=True)
    parts = {name: getattr(some, name).bindparams(spread) for name in Catalogue.__dataclass_fields__}
    return Catalogue(**parts), {"database": database, "names": here}


def hashed(query: str) -> str:
    """The number of rows and a sum over them that does not depend on their order."""
    columns = query[query.index("SELECT") + 6 : query.index("FROM")]
    rest = query[query.index("FROM") :]
    row = f"MD5(CONCAT_WS('|', {', '.join(f'QUOTE({each.strip()})' for each in columns.split(','))}))"
    return f"SELECT COUNT(*), BIT_XOR(CAST(CONV(LEFT({row}, 16), 16, 10) AS UNSIGNED)) {rest}"


# What a snapshot is made of, but what data alone changes.
PROBED = (
    f"""SELECT table_name, table_type, table_comment FROM information_schema.tables WHERE {HERE}""",  # noqa: S608
    VIEWS,
    COLUMNS.replace("is_nullable,", "is_nullable, ordinal_position,"),
    INDEXES.replace("non_unique = 0", "non_unique, seq_in_index"),
    FOREIGN_KEYS.replace("constraint_name,", "constraint_name, ordinal_position,"),
)
PROBE = text(" UNION ALL ".join(hashed(each) for each in PROBED))
