"""What enforcement asks of PostgreSQL's catalogue, in a number of queries that does not grow with it."""

ME = "SELECT rolname, rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"

ROLES = """
    SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_catalog.pg_roles
    WHERE rolname = ANY(%(roles)s)
"""

MEMBERS = """
    SELECT DISTINCT g.rolname, m.rolname
    FROM pg_catalog.pg_auth_members a
    JOIN pg_catalog.pg_roles g ON g.oid = a.roleid JOIN pg_catalog.pg_roles m ON m.oid = a.member
    WHERE g.rolname = ANY(%(roles)s) ORDER BY 1, 2
"""

SCHEMAS = """
    SELECT n.nspname, pg_get_userbyid(n.nspowner),
           ARRAY(SELECT CASE a.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(a.grantee)::text END
                 FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                 WHERE a.privilege_type = 'USAGE' ORDER BY 1)
    FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY(%(schemas)s) ORDER BY 1
"""

RELATIONS = """
    SELECT c.oid, n.nspname, c.relname,
           CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'v' THEN 'view'
             WHEN 'm' THEN 'materialized_view' ELSE 'foreign_table' END,
           pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity,
           CASE WHEN c.relkind = 'v' AND n.nspname = %(schema)s THEN pg_get_viewdef(c.oid) ELSE '' END,
           coalesce(c.reloptions, '{}')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND (n.nspname = %(schema)s
           OR (n.nspname, c.relname) IN (SELECT * FROM unnest(%(places)s::text[], %(names)s::text[])))
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""

COLUMNS = """
    SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = ANY(%(oids)s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum
"""

GRANTS = """
    SELECT c.oid, a.grantee, a.privilege_type, '', a.is_grantable
    FROM pg_catalog.pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
    WHERE c.oid = ANY(%(oids)s)
    UNION
    SELECT t.attrelid, a.grantee, a.privilege_type, t.attname, a.is_grantable
    FROM pg_catalog.pg_attribute t, aclexplode(t.attacl) a
    WHERE t.attrelid = ANY(%(oids)s) AND NOT t.attisdropped
"""
GRANTS = f"""
    SELECT g.oid, CASE g.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(g.grantee)::text END,
           g.privilege_type, g.attname, bool_or(g.is_grantable)
    FROM ({GRANTS}) AS g (oid, grantee, privilege_type, attname, is_grantable) GROUP BY 1, 2, 3, 4
"""

POLICIES = """
    SELECT p.polrelid, p.polname, p.polpermissive,
           ARRAY(SELECT CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r)::text END
                 FROM unnest(p.polroles) AS r ORDER BY 1),
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
             WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
           coalesce(pg_get_expr(p.polqual, p.polrelid), ''),
           coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
    FROM pg_catalog.pg_policy p WHERE p.polrelid = ANY(%(oids)s) ORDER BY 1, 2
"""
