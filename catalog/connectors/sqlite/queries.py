"""What SQLite is asked about its tables. `tables` of each are named by their first column."""

from sqlalchemy import TextClause, text

# Ordinary tables: those of a module that is not here would fail the statement.
LISTED = "t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"

# Internal and shadow tables (those behind a full-text index) are left out.
TABLES = text("""
    SELECT l.name, l.type, l.wr, l.strict, m.sql
    FROM pragma_table_list l JOIN main.sqlite_schema m ON m.name = l.name AND m.type IN ('table', 'view')
    WHERE l.schema = 'main' AND l.type <> 'shadow' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    ORDER BY l.name COLLATE BINARY
""")

# Of one relation, as a broken view fails a statement that asks about all.
COLUMNS = text("""
    SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(:name) ORDER BY cid
""")


def about_tables(query: str) -> TextClause:
    """One statement about all ordinary tables."""
    return text(query.format(LISTED=LISTED))


INDEXES = about_tables("""
    SELECT t.name, l.name, l."unique", l.origin, l.partial, i.sql, x.name
    FROM pragma_table_list t
    JOIN pragma_index_list(t.name) l
    LEFT JOIN main.sqlite_schema i ON i.type = 'index' AND i.name = l.name
    JOIN pragma_index_xinfo(l.name) x ON x.key = 1
    WHERE {LISTED} ORDER BY t.name, l.seq DESC, x.seqno
""")

FOREIGN_KEYS = about_tables("""
    SELECT t.name, f.id, f."table", f."from", f."to"
    FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f
    WHERE {LISTED} ORDER BY t.name, f.id DESC, f.seq
""")

HAS_STATISTICS = text("SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_stat1'")
# The first number is the rows of the index; only one of the whole table counts all of them.
STATISTICS = text("""
    SELECT tbl, max(CAST(stat AS INTEGER)) FROM main.sqlite_stat1 GROUP BY tbl
""")

CAN_MEASURE = text("SELECT sqlite_compileoption_used('ENABLE_DBSTAT_VTAB')")
SIZES = text("""
    SELECT coalesce(m.tbl_name, d.name), sum(d.pgsize)
    FROM dbstat('main', 1) d LEFT JOIN main.sqlite_schema m ON m.name = d.name GROUP BY 1
""")

SCHEMA = text("SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY rowid")
