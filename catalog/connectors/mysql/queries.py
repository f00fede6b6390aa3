"""information_schema, asked in bulk for one database: as many queries for one table as for ten thousand.

It lists what the account may reach and nothing else: an account that lost a privilege lists fewer tables.
"""

from sqlalchemy import text

SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")

SERVER = text("SELECT VERSION(), CURRENT_USER()")

DATABASES = text("SELECT schema_name FROM information_schema.schemata ORDER BY schema_name")

DATABASE = text("SELECT count(*) FROM information_schema.schemata WHERE schema_name = :database")

TABLES = text("""
    SELECT t.table_name, t.table_type, t.table_comment, t.table_rows,
           t.data_length + t.index_length, v.view_definition
    FROM information_schema.tables t
    LEFT JOIN information_schema.views v
      ON v.table_schema = t.table_schema AND v.table_name = t.table_name
    WHERE t.table_schema = :database AND t.table_type IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
    ORDER BY t.table_name
""")

COLUMNS = text("""
    SELECT table_name, column_name, column_type, is_nullable, column_default, extra, column_comment
    FROM information_schema.columns WHERE table_schema = :database ORDER BY table_name, ordinal_position
""")

# A unique index holds for every row whether it was declared as a constraint or not.
KEYS = text("""
    SELECT table_name, index_name, column_name
    FROM information_schema.statistics
    WHERE table_schema = :database AND non_unique = 0
    ORDER BY table_name, index_name, seq_in_index
""")

FOREIGN_KEYS = text("""
    SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name
    FROM information_schema.key_column_usage
    WHERE table_schema = :database AND referenced_table_schema = :database
    ORDER BY table_name, constraint_name, ordinal_position
""")
