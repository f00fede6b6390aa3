-- Tells the portal of changes of the schema at once. To be run by a superuser, once in each database.
-- What it noted is kept for thirty days.
-- It changes nothing else: a failure inside these functions is a warning, never an error of your statement.
-- Taken away again by: manage.py ddl_capture remove
BEGIN;

-- What stands under these names already would run as you, or be changed by its owner later.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_namespace n
        LEFT JOIN (
            SELECT relnamespace AS inside, relowner AS owner FROM pg_catalog.pg_class
            UNION ALL SELECT pronamespace, proowner FROM pg_catalog.pg_proc
        ) o ON o.inside = n.oid
        JOIN pg_catalog.pg_roles r ON r.oid IN (n.nspowner, o.owner)
        WHERE n.nspname = 'govportal_ddl' AND r.rolname <> current_user AND NOT r.rolsuper
    ) THEN
        RAISE EXCEPTION 'Somebody else made a schema govportal_ddl, or something in it: look at it and drop it.';
    END IF;
END $$;

CREATE SCHEMA IF NOT EXISTS govportal_ddl;
COMMENT ON SCHEMA govportal_ddl IS 'Changes of the schema, for the data-governance portal that reads this database';

CREATE TABLE IF NOT EXISTS govportal_ddl.event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    txid bigint NOT NULL DEFAULT txid_current(),
    actor text NOT NULL DEFAULT session_user,
    command text NOT NULL,
    dropped boolean NOT NULL,
    relation oid,
    schema_name text NOT NULL,
    relation_name text NOT NULL,
    statement text NOT NULL DEFAULT ''
);

CREATE OR REPLACE FUNCTION govportal_ddl.on_change() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE noted bigint;
BEGIN
    INSERT INTO govportal_ddl.event (command, dropped, relation, schema_name, relation_name, statement)
    SELECT DISTINCT tg_tag, false, c.oid, n.nspname, c.relname, left(current_query(), 4000)
    FROM pg_event_trigger_ddl_commands() d
    LEFT JOIN pg_index i ON d.object_type = 'index' AND i.indexrelid = d.objid
    JOIN pg_class c ON c.oid = coalesce(i.indrelid, d.objid) AND d.classid = 'pg_class'::regclass
        AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND c.relpersistence <> 't'
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT d.in_extension AND n.nspname <> 'govportal_ddl';
    GET DIAGNOSTICS noted = ROW_COUNT;
    IF noted > 0 THEN
        PERFORM pg_notify('govportal_ddl', '');
        DELETE FROM govportal_ddl.event e USING (
            SELECT id FROM govportal_ddl.event ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED
        ) oldest WHERE e.id = oldest.id AND e.at < now() - interval '30 days';
    END IF;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'govportal_ddl.on_change: %', SQLERRM;
END $$;

CREATE OR REPLACE FUNCTION govportal_ddl.on_drop() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE noted bigint;
BEGIN
    INSERT INTO govportal_ddl.event (command, dropped, relation, schema_name, relation_name, statement)
    SELECT DISTINCT tg_tag, d.object_type <> 'table column' AND d.object_type <> 'table constraint',
           CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid END,
           d.address_names[1],
           CASE d.object_type WHEN 'schema' THEN '' ELSE d.address_names[2] END,
           left(current_query(), 4000)
    FROM pg_event_trigger_dropped_objects() d
    WHERE d.object_type IN ('table', 'view', 'materialized view', 'foreign table', 'schema',
                            'table column', 'table constraint')
      AND NOT d.is_temporary AND d.address_names[1] NOT IN ('govportal_ddl', 'pg_toast');
    GET DIAGNOSTICS noted = ROW_COUNT;
    IF noted > 0 THEN
        PERFORM pg_notify('govportal_ddl', '');
    END IF;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'govportal_ddl.on_drop: %', SQLERRM;
END $$;

DROP EVENT TRIGGER IF EXISTS govportal_ddl_change;
DROP EVENT TRIGGER IF EXISTS govportal_ddl_drop;
CREATE EVENT TRIGGER govportal_ddl_change ON ddl_command_end EXECUTE FUNCTION govportal_ddl.on_change();
CREATE EVENT TRIGGER govportal_ddl_drop ON sql_drop EXECUTE FUNCTION govportal_ddl.on_drop();
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA govportal_ddl FROM PUBLIC;
GRANT USAGE ON SCHEMA govportal_ddl TO {reader};
GRANT SELECT ON govportal_ddl.event TO {reader};
COMMIT;
