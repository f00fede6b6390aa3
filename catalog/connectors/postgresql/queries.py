"""PostgreSQL's catalogue, asked in bulk: as many queries for one table as for ten thousand.

`pg_class` shows every relation to every role, so a listing is complete whatever the role may
read (information_schema would hide the rest, and that would look like removal). Sizes come
from page counts, because the size functions wait for locks. So do `pg_get_viewdef` and, from
version 17, `pg_get_expr`: relations that another session holds in ACCESS EXCLUSIVE mode are
left out of those (`locked`), for a loading job must not break a harvest.

Requires PostgreSQL 12 or later. The search path is empty while these run, therefore every
name in a type, default or view definition comes out schema-qualified.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import TextClause, text

from catalog.connectors.metadata import TableRef


def asking(query: str, *named: str) -> TextClause:
    """A query that uses some of the named parts below."""
    return text("\n".join(["WITH RECURSIVE", ",".join(named), query]))


# Compiling these to machine code (jit) takes longer than running them.
SETTINGS = text("""
    SELECT set_config('search_path', '', true), set_config('jit', 'off', true),
           current_setting('server_version')
""")

SCHEMAS = """
    schemas AS MATERIALIZED (
        SELECT oid, nspname, nspowner FROM pg_catalog.pg_namespace
        WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'govportal_ddl')
          AND nspname !~ '^pg_(toast|temp_)'
    )
"""

LOCKED = """
    locked AS MATERIALIZED (
        SELECT DISTINCT l.relation FROM pg_catalog.pg_locks l
        WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
          AND l.pid <> pg_catalog.pg_backend_pid()
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    ),
    blocked AS MATERIALIZED (
        SELECT relation AS oid FROM locked
        UNION
        SELECT r.ev_class FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
        WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid IN (SELECT relation FROM locked)
    )
"""

# An extension's own tables and views belong to it, not to what is governed.
RELATIONS = """
    relations AS MATERIALIZED (
        SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relowner,
               c.reltuples, c.relpages, c.reltoastrelid
        FROM pg_catalog.pg_class c JOIN schemas n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p')
          AND NOT EXISTS (
            SELECT 1 FROM pg_catalog.pg_depend e
            WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
    )
"""

# Some relations by name, with what is needed to describe them: partitions, parents, targets of references.
PICKED = """
    picked AS MATERIALIZED (
        SELECT c.oid
        FROM unnest(CAST(:schemas AS name[]), CAST(:names AS name[])) AS asked (nspname, relname)
        JOIN schemas n ON n.nspname = asked.nspname
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = asked.relname
    ),
    inner_parts AS (
        SELECT oid FROM picked
        UNION
        SELECT h.inhrelid FROM inner_parts p JOIN pg_catalog.pg_inherits h ON h.inhparent = p.oid
        JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relispartition
    ),
    near AS MATERIALIZED (
        SELECT oid FROM inner_parts
        UNION
        SELECT h.inhparent FROM inner_parts p JOIN pg_catalog.pg_inherits h ON h.inhrelid = p.oid
        UNION
        SELECT k.confrelid FROM picked p JOIN pg_catalog.pg_constraint k ON k.conrelid = p.oid
        WHERE k.contype = 'f'
    )
"""
SOME_RELATIONS = RELATIONS.replace(
    "WHERE c.relkind", "WHERE c.oid = ANY (ARRAY(SELECT oid FROM near)) AND c.relkind"
)

ALL_SCHEMAS = asking(
    """
    SELECT n.nspname, coalesce(obj_description(n.oid, 'pg_namespace'), ''), pg_get_userbyid(n.nspowner)
    FROM schemas n ORDER BY n.nspname COLLATE "C"
    """,
    SCHEMAS,
)

EXTENT = text("""
    SELECT c.reltuples, c.relpages FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = CAST(:schema AS text) AND c.relname = CAST(:name AS text) AND c.relkind IN ('r', 'm')
""")

DATABASE_COMMENT = text("""
    SELECT coalesce(shobj_description(oid, 'pg_database'), '')
    FROM pg_catalog.pg_database WHERE datname = current_database()
""")

INDEX_PAGES = """
    indexes AS MATERIALIZED (
        SELECT i.indrelid, sum(c.relpages::bigint) AS pages
        FROM (SELECT oid FROM relations UNION ALL SELECT reltoastrelid FROM relations) r
        JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid GROUP BY 1
    )
"""

TABLES = """
    SELECT r.oid, r.nspname, r.relname, r.relkind::text, r.relispartition,
           pg_get_userbyid(r.relowner),
           coalesce(obj_description(r.oid, 'pg_class'), ''),
           CASE WHEN r.reltuples >= 0 THEN r.reltuples::bigint
                WHEN r.relkind IN ('r', 'm') THEN nullif(pg_stat_get_live_tuples(r.oid), 0) END,
           CASE WHEN r.relkind IN ('r', 'm') AND (r.reltuples >= 0 OR r.relpages > 0)
                THEN current_setting('block_size')::bigint
                     * (r.relpages + coalesce(i.pages, 0) + coalesce(t.relpages, 0) + coalesce(ti.pages, 0))
           END,
           CASE WHEN r.relkind IN ('v', 'm') AND b.oid IS NULL THEN pg_get_viewdef(r.oid, true) END,
           b.oid IS NOT NULL
    FROM relations r
    LEFT JOIN blocked b ON b.oid = r.oid
    LEFT JOIN indexes i ON i.indrelid = r.oid
    LEFT JOIN pg_catalog.pg_class t ON t.oid = r.reltoastrelid AND r.reltoastrelid <> 0
    LEFT JOIN indexes ti ON ti.indrelid = t.oid
    ORDER BY r.nspname COLLATE "C", r.relname COLLATE "C"
    """

COLUMNS = """
    SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
           NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)),
           CASE WHEN a.attidentity = 'a' THEN 'GENERATED ALWAYS AS IDENTITY'
                WHEN a.attidentity = 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY'
                WHEN b.oid IS NOT NULL THEN NULL
                WHEN a.attgenerated <> '' THEN
                    'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ')'
                ELSE pg_get_expr(d.adbin, d.adrelid) END,
           coalesce(c.description, '')
    FROM relations r
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN blocked b ON b.oid = r.oid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_description c
        ON c.objoid = a.attrelid AND c.objsubid = a.attnum AND c.classoid = 'pg_catalog.pg_class'::regclass
    ORDER BY a.attrelid, a.attnum
    """

# Unique indexes that hold for every row are keys, whether declared as constraints or not. Column numbers are
# 0 where an index has an expression.
INDEXES = """
    SELECT i.indrelid, i.indisprimary,
           i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL,
           (i.indkey::int2[])[0:i.indnkeyatts - 1],
           CASE WHEN i.indexprs IS NOT NULL AND b.oid IS NULL THEN
               ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, true) FROM generate_series(1, i.indnkeyatts) n)
           END,
           c.relname, i.indisunique, m.amname
    FROM relations r
    JOIN pg_catalog.pg_index i ON i.indrelid = r.oid AND i.indisvalid
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = c.relam
    LEFT JOIN blocked b ON b.oid = r.oid
    ORDER BY i.indrelid, i.indexrelid
"""

FOREIGN_KEYS = """
    SELECT k.conrelid, k.conname, k.conkey, k.confrelid, k.confkey
    FROM relations r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
    WHERE k.contype = 'f' AND k.conparentid = 0
    ORDER BY k.conrelid, k.conname COLLATE "C"
    """

# What the server recorded when a view was created: the truth about what it reads.
DEPENDENCIES = """
    SELECT DISTINCT w.ev_class, n.nspname, c.relname
    FROM relations r
    JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid AND r.relkind IN ('v', 'm')
    JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
       AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> w.ev_class
    JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    ORDER BY 1, 2, 3
    """

PARENTS = """
    SELECT h.inhrelid, h.inhparent FROM relations r JOIN pg_catalog.pg_inherits h ON h.inhrelid = r.oid
    ORDER BY 1, h.inhseqno
    """


@dataclass(frozen=True)
class Catalogue:
    """The queries of one listing, in the order in which their answers are needed."""

    tables: TextClause
    columns: TextClause
    indexes: TextClause
    foreign_keys: TextClause
    dependencies: TextClause
    parents: TextClause


def catalogue(*relations: str) -> Catalogue:
    """The queries about the relations that these named parts choose."""
    return Catalogue(
        tables=asking(TABLES, SCHEMAS, LOCKED, *relations, INDEX_PAGES),
        columns=asking(COLUMNS, SCHEMAS, LOCKED, *relations),
        indexes=asking(INDEXES, SCHEMAS, LOCKED, *relations),
        foreign_keys=asking(FOREIGN_KEYS, SCHEMAS, *relations),
        dependencies=asking(DEPENDENCIES, SCHEMAS, *relations),
        parents=asking(PARENTS, SCHEMAS, *relations),
    )


WHOLE = catalogue(RELATIONS)
SOME = catalogue(PICKED, SOME_RELATIONS)


def chosen(only: Collection[TableRef] | None, database: str) -> tuple[Catalogue, dict[str, list[str]]]:
    """The queries for everything, or for these relations, with what to bind."""
    if only is None:
        return WHOLE, {}
    here = [each for each in only if each.database == database]
    return SOME, {"schemas": [each.schema for each in here], "names": [each.name for each in here]}
