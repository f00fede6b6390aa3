-- After loading by COPY: let identity columns go on where the rows end.
DO $$
DECLARE c record;
BEGIN
    FOR c IN
        SELECT a.attrelid::regclass::text AS tab, quote_ident(a.attname) AS col, a.attname
        FROM pg_attribute a WHERE a.attidentity <> '' AND a.attrelid::regclass::text !~ '^(pg_|information_schema)'
    LOOP
        EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), max(%s)) FROM %s', c.tab, c.attname, c.col, c.tab);
    END LOOP;
END $$;
