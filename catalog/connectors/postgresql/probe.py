"""One query that tells whether anything was changed in a database since it was last asked.

Every row of the catalogue carries the transaction that wrote it (`xmin`), and freezing leaves it as it is. So
a sum of hashes over the rows that a snapshot is made of differs after every change of structure, and needs no
order. Relations go by their content instead: TRUNCATE, REFRESH and VACUUM FULL write their rows anew. ANALYZE
and VACUUM change rows in place and leave no trace. The start of the server is part of the answer, for a
server brought back from a backup could count its transactions a second time.
"""

from sqlalchemy import text

PROBE = text("""
    WITH passing AS MATERIALIZED (
        SELECT oid FROM pg_catalog.pg_class WHERE relpersistence = 't'
    ),
    owners AS MATERIALIZED (
        SELECT relowner AS oid FROM pg_catalog.pg_class UNION SELECT nspowner FROM pg_catalog.pg_namespace
    ),
    parts (part, sum) AS (
        SELECT 'columns', sum(hashtextextended(xmin::text, (attrelid::bigint << 16) + attnum))
        FROM pg_catalog.pg_attribute WHERE attnum > 0 AND attrelid NOT IN (SELECT oid FROM passing)
        UNION ALL
        SELECT 'relations', sum(hashtextextended(
            concat_ws(':', relkind, relispartition, relowner, relnamespace, relname), oid::bigint))
        FROM pg_catalog.pg_class WHERE relkind <> 't' AND relpersistence <> 't'
        UNION ALL
        SELECT 'defaults', sum(hashtextextended(xmin::text, oid::bigint))
        FROM pg_catalog.pg_attrdef WHERE adrelid NOT IN (SELECT oid FROM passing)
        UNION ALL
        SELECT 'constraints', sum(hashtextextended(xmin::text, oid::bigint))
        FROM pg_catalog.pg_constraint WHERE conrelid NOT IN (SELECT oid FROM passing)
        UNION ALL
        SELECT 'indexes', sum(hashtextextended(xmin::text, indexrelid::bigint))
        FROM pg_catalog.pg_index WHERE indrelid NOT IN (SELECT oid FROM passing)
        UNION ALL
        SELECT 'views', sum(hashtextextended(xmin::text, oid::bigint))
        FROM pg_catalog.pg_rewrite WHERE ev_class NOT IN (SELECT oid FROM passing)
        UNION ALL
        SELECT 'inheritance', sum(hashtextextended(concat_ws(':', inhparent, inhseqno), inhrelid::bigint))
        FROM pg_catalog.pg_inherits WHERE inhrelid NOT IN (SELECT oid FROM passing)
        UNION ALL
        SELECT 'comments', sum(hashtextextended(xmin::text, (objoid::bigint << 16) + objsubid))
        FROM pg_catalog.pg_description
        WHERE classoid IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_namespace'::regclass)
          AND objoid NOT IN (SELECT oid FROM passing)
        UNION ALL
        SELECT 'schemas', sum(hashtextextended(xmin::text, oid::bigint))
        FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_(toast|temp_)'
        UNION ALL
        SELECT 'types', sum(hashtextextended(xmin::text, oid::bigint))
        FROM pg_catalog.pg_type
        WHERE typtype <> 'c' AND typelem = 0 AND oid >= 16384
        UNION ALL
        SELECT 'functions', sum(hashtextextended(concat_ws(':', pronamespace, proname), oid::bigint))
        FROM pg_catalog.pg_proc WHERE oid >= 16384
        UNION ALL
        SELECT 'extensions', sum(hashtextextended(xmin::text, objid::bigint))
        FROM pg_catalog.pg_depend
        WHERE refclassid = 'pg_catalog.pg_extension'::regclass AND classid = 'pg_catalog.pg_class'::regclass
        UNION ALL
        SELECT 'owners', sum(hashtextextended(rolname::text, oid::bigint))
        FROM pg_catalog.pg_roles WHERE oid IN (SELECT oid FROM owners)
        UNION ALL
        SELECT 'database', hashtextextended(
            concat_ws(':', shobj_description(oid, 'pg_database'), pg_postmaster_start_time()), oid::bigint)
        FROM pg_catalog.pg_database WHERE datname = current_database()
    )
    SELECT md5(string_agg(concat(part, '=', sum), ' ' ORDER BY part COLLATE "C")) FROM parts
""")
