"""What DuckDB is asked about its catalogue, in one statement for each kind of thing."""

from sqlalchemy import text

SCHEMAS = text("""
    SELECT schema_name, coalesce(comment, '') FROM duckdb_schemas()
    WHERE database_name = :database AND schema_name NOT IN ('information_schema', 'pg_catalog') ORDER BY 1
""")

TABLES = text("""
    SELECT schema_name, table_name, 'table', coalesce(comment, ''), estimated_size, NULL
    FROM duckdb_tables() WHERE database_name = :database AND NOT internal
    UNION ALL
    SELECT schema_name, view_name, 'view', coalesce(comment, ''), NULL, sql
    FROM duckdb_views() WHERE database_name = :database AND NOT internal
    ORDER BY 1, 2
""")

COLUMNS = text("""
    SELECT schema_name, table_name, column_name, data_type, is_nullable, column_default, coalesce(comment, '')
    FROM duckdb_columns() WHERE database_name = :database AND NOT internal ORDER BY 1, 2, column_index
""")

CONSTRAINTS = text("""
    SELECT schema_name, table_name, constraint_type, constraint_name, constraint_column_names,
           referenced_table, referenced_column_names
    FROM duckdb_constraints()
    WHERE database_name = :database AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
    ORDER BY 1, 2, constraint_index
""")

INDEXES = text("""
    SELECT schema_name, table_name, index_name, is_unique, expressions
    FROM duckdb_indexes() WHERE database_name = :database AND NOT is_primary ORDER BY 1, 2, 3
""")
