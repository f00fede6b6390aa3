from django.db import migrations

# The tables of the search are written here and nowhere else, in the transaction of what they tell of.
# Names are searched by their parts: v_open_orders by "open", InvoiceLine by "line".
# Of what nobody uses, half has level 0, a quarter 1, and so on to 11; what is used stands above, by powers of two.
HELPERS = r"""
CREATE FUNCTION catalog_words_of_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(CASE WHEN name ~ '[a-z0-9][A-Z]'
        THEN name || ' ' || regexp_replace(name, '([a-z0-9])([A-Z])', '\1 \2', 'g') ELSE name END,
        '._-/:', '     ')
$$;
CREATE FUNCTION catalog_search_level(number bigint, points double precision) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT floor(CASE WHEN points >= 1 THEN 11 + least(points, 20)
        ELSE least(11, 20 - ln((number % 1048576) * 2654435761 % 1048576 + 1) / ln(2)) END)::smallint
$$;
CREATE FUNCTION catalog_search_points(usage bigint, tier int, certification text, status text)
    RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (ln(1 + usage) / ln(2) + CASE tier WHEN 1 THEN 6 WHEN 2 THEN 4 WHEN 3 THEN 2 ELSE 0 END
        + CASE WHEN certification <> '' THEN 3 ELSE 0 END) / CASE status WHEN 'active' THEN 1 ELSE 2 END
$$;
CREATE FUNCTION catalog_search_title(name text, title text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(lower(CASE WHEN title <> '' THEN title WHEN strpos(name, '/') > 0 THEN name
        ELSE split_part(name, '.', -1) END), 200)
$$;
CREATE FUNCTION catalog_note_words(said text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO catalog_word (word)
    SELECT token FROM (SELECT DISTINCT string_to_table(lower(said), ' ') AS token) AS found
    WHERE length(token) BETWEEN 3 AND 40 AND token !~ '[^[:alpha:]]'
        AND NOT EXISTS (SELECT FROM catalog_word AS known WHERE known.word = token)
    ORDER BY token
$$;
"""
# The marks of an asset, which its fields bear too.
OF_ASSETS = r"""
CREATE FUNCTION catalog_search_marks(
    kind text, status text, is_removed boolean, domain bigint, source bigint, owner bigint, team bigint,
    location text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array_remove(ARRAY[
        '=kind:' || kind, '=domain:' || domain::text, '=source:' || source::text, '=owner:' || owner::text,
        '=team:' || team::text, '=location:' || nullif(location, ''),
        CASE WHEN is_removed THEN '=status:removed' WHEN status <> 'active' THEN '=status:' || status END], NULL))
$$;
CREATE FUNCTION catalog_document_assets(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever writes the same row comes first or later; the next statement sees what came first.
    PERFORM FROM catalog_assetdocument WHERE asset_id = ANY (ids) ORDER BY asset_id FOR NO KEY UPDATE;
    INSERT INTO catalog_assetdocument AS document (
        asset_id, level, usage, title, kind, status, is_removed, domain_id, source_id, owner_id,
        business_owner_id, team_id, location, sensitivity, has_personal_data, tier, certification,
        certified_until, updated_at, fresh_at, tags, terms, marks, words)
    SELECT a.id, own.level, own.usage, catalog_search_title(a.name, a.facts->>'title'),
        a.kind, a.status, own.is_removed, a.domain_id, a.source_id, a.owner_id,
        a.business_owner_id, a.team_id, a.location, a.sensitivity, a.has_personal_data, a.tier,
        a.certification, a.certified_until, a.updated_at, a.modified_at, '{}', coalesce(meant.terms, '{}'),
        own.marks,
        setweight(to_tsvector('english', catalog_words_of_name(a.name)), 'A')
        || setweight(to_tsvector('english', catalog_words_of_name(left(a.field_names, 200000))), 'B')
        || setweight(to_tsvector('english', coalesce(meant.words, '')), 'B')
        || setweight(to_tsvector('english', left(a.description, 200000)), 'C')
        || setweight(to_tsvector('english', left(a.harvested_description, 200000)), 'D')
        || own.marks || array_to_tsvector(array_remove(ARRAY[
            '=level:' || own.level::text, '=sensitivity:' || a.sensitivity::text, '=tier:' || a.tier::text,
            CASE WHEN a.has_personal_data THEN '=personal:yes' END,
            '=certification:' || nullif(a.certification, '')], NULL) || coalesce(meant.marks, '{}'))
    FROM catalog_asset AS a
    LEFT JOIN catalog_assetdocument AS known ON known.asset_id = a.id
    LEFT JOIN (
        SELECT link.asset_id, array_agg(DISTINCT term.id) AS terms,
            array_agg(DISTINCT '=term:' || term.id) AS marks,
            string_agg(concat_ws(' ', term.name, term.abbreviation, array_to_string(term.synonyms, ' ')), ' ')
                FILTER (WHERE term.status = 'approved') AS words
        FROM catalog_termlink AS link JOIN catalog_term AS term ON term.id = link.term_id
        WHERE link.asset_id = ANY (ids) GROUP BY link.asset_id
    ) AS meant ON meant.asset_id = a.id
    CROSS JOIN LATERAL (
        SELECT gone.is_removed, points.usage,
            CASE WHEN gone.is_removed THEN 0 ELSE catalog_search_level(a.id, points.sum) END AS level,
            catalog_search_marks(a.kind, a.status, gone.is_removed, a.domain_id, a.source_id, a.owner_id,
                a.team_id, a.location) AS marks
        FROM (SELECT a.removed_at IS NOT NULL AS is_removed OFFSET 0) AS gone, (
            SELECT coalesce(known.usage, 0) AS usage, catalog_search_points(
                coalesce(known.usage, 0), a.tier, a.certification, a.status) AS sum OFFSET 0) AS points
        OFFSET 0
    ) AS own
    WHERE a.id = ANY (ids)
    ON CONFLICT (asset_id) DO UPDATE SET
        level = excluded.level, title = excluded.title, kind = excluded.kind, status = excluded.status,
        is_removed = excluded.is_removed, domain_id = excluded.domain_id, source_id = excluded.source_id,
        owner_id = excluded.owner_id, business_owner_id = excluded.business_owner_id,
        team_id = excluded.team_id, location = excluded.location, sensitivity = excluded.sensitivity,
        has_personal_data = excluded.has_personal_data, tier = excluded.tier,
        certification = excluded.certification, certified_until = excluded.certified_until,
        updated_at = excluded.updated_at, fresh_at = excluded.fresh_at, tags = excluded.tags,
        terms = excluded.terms, marks = excluded.marks, words = excluded.words;
END
$$;
-- EXCEPT, because a join of the two lists may compare each row with every other.
CREATE FUNCTION catalog_assets_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
    said text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(id), string_agg(concat_ws(' ', name, field_names), ' ') INTO ids, said FROM new_rows;
    ELSE
        SELECT array_agg(id) INTO ids FROM (
            SELECT id, name, kind, status, domain_id, source_id, owner_id, business_owner_id, team_id, location,
                sensitivity, has_personal_data, tier, certification, certified_until, updated_at, modified_at,
                removed_at, field_names, description, harvested_description, facts->>'title' FROM new_rows
            EXCEPT
            SELECT id, name, kind, status, domain_id, source_id, owner_id, business_owner_id, team_id, location,
                sensitivity, has_personal_data, tier, certification, certified_until, updated_at, modified_at,
                removed_at, field_names, description, harvested_description, facts->>'title' FROM old_rows
        ) AS changed;
        SELECT string_agg(concat_ws(' ', name, field_names), ' ') INTO said FROM (
            SELECT id, name, field_names FROM new_rows EXCEPT SELECT id, name, field_names FROM old_rows
        ) AS changed;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM catalog_document_assets(ids);
    END IF;
    IF said IS NOT NULL THEN
        PERFORM catalog_note_words(catalog_words_of_name(said));
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION catalog_assets_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM catalog_assetdocument WHERE asset_id IN (SELECT id FROM old_rows);
    RETURN NULL;
END
$$;
CREATE FUNCTION catalog_assets_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM catalog_fielddocument;
    DELETE FROM catalog_assetdocument;
    RETURN NULL;
END
$$;
CREATE TRIGGER catalog_asset_found AFTER INSERT ON catalog_asset
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_assets_written();
CREATE TRIGGER catalog_asset_found_anew AFTER UPDATE ON catalog_asset
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_assets_written();
CREATE TRIGGER catalog_asset_lost AFTER DELETE ON catalog_asset
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_assets_deleted();
CREATE TRIGGER catalog_asset_emptied AFTER TRUNCATE ON catalog_asset
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_assets_emptied();
"""
OF_FIELDS = r"""
CREATE FUNCTION catalog_field_level(number bigint, of_asset smallint) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT catalog_search_level(number, (of_asset - 8) / 4)
$$;
CREATE FUNCTION catalog_document_fields(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM catalog_assetdocument WHERE asset_id IN (
        SELECT asset_id FROM catalog_field WHERE id = ANY (ids)) ORDER BY asset_id FOR SHARE;
    PERFORM FROM catalog_fielddocument WHERE field_id = ANY (ids) ORDER BY field_id FOR NO KEY UPDATE;
    INSERT INTO catalog_fielddocument AS document (field_id, asset_id, level, title, words)
    SELECT f.id, f.asset_id, own.level, left(lower(f.name), 200),
        setweight(to_tsvector('english', catalog_words_of_name(f.name)), 'A')
        || setweight(to_tsvector('english', coalesce(meant.words, '')), 'B')
        || setweight(to_tsvector('english', left(f.description, 200000)), 'C')
        || setweight(to_tsvector('english', left(f.harvested_description, 200000)), 'D')
        || d.marks || array_to_tsvector(ARRAY['=level:' || own.level::text])
    FROM catalog_field AS f
    JOIN catalog_assetdocument AS d ON d.asset_id = f.asset_id
    CROSS JOIN LATERAL (SELECT catalog_field_level(f.id, d.level) AS level OFFSET 0) AS own
    LEFT JOIN (
        SELECT link.field_id,
            string_agg(concat_ws(' ', term.name, term.abbreviation, array_to_string(term.synonyms, ' ')), ' ') AS words
        FROM catalog_termlink AS link JOIN catalog_term AS term ON term.id = link.term_id
        WHERE link.field_id = ANY (ids) AND term.status = 'approved' GROUP BY link.field_id
    ) AS meant ON meant.field_id = f.id
    WHERE f.id = ANY (ids) AND f.removed_at IS NULL
    ON CONFLICT (field_id) DO UPDATE SET
        asset_id = excluded.asset_id, level = excluded.level, title = excluded.title, words = excluded.words;
END
$$;
CREATE FUNCTION catalog_fields_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(id) INTO ids FROM new_rows;
    ELSE
        SELECT array_agg(id) INTO ids FROM (
            SELECT id, asset_id, name, description, harvested_description, removed_at IS NULL FROM new_rows
            EXCEPT
            SELECT id, asset_id, name, description, harvested_description, removed_at IS NULL FROM old_rows
        ) AS changed;
        DELETE FROM catalog_fielddocument WHERE field_id IN (SELECT id FROM new_rows WHERE removed_at IS NOT NULL);
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM catalog_document_fields(ids);
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION catalog_fields_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM catalog_fielddocument WHERE field_id IN (SELECT id FROM old_rows);
    RETURN NULL;
END
$$;
CREATE FUNCTION catalog_documents_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved bigint[];
    ids bigint[];
BEGIN
    SELECT array_agg(asset_id) INTO moved FROM (
        SELECT asset_id, marks, catalog_field_level(0, level) FROM new_rows
        EXCEPT
        SELECT asset_id, marks, catalog_field_level(0, level) FROM old_rows
    ) AS changed;
    SELECT array_agg(field_id) INTO ids FROM catalog_fielddocument WHERE asset_id = ANY (moved);
    IF ids IS NOT NULL THEN
        PERFORM catalog_document_fields(ids);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER catalog_field_found AFTER INSERT ON catalog_field
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_fields_written();
CREATE TRIGGER catalog_field_found_anew AFTER UPDATE ON catalog_field
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_fields_written();
CREATE TRIGGER catalog_field_lost AFTER DELETE ON catalog_field
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_fields_deleted();
CREATE TRIGGER catalog_document_moved AFTER UPDATE ON catalog_assetdocument
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_documents_moved();
"""
OF_LINKS = r"""
CREATE FUNCTION catalog_links_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM catalog_document_assets(array_agg(DISTINCT asset_id)) FROM rows;
    PERFORM catalog_document_fields(array_agg(DISTINCT field_id)) FROM rows WHERE field_id IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE FUNCTION catalog_terms_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.name, NEW.abbreviation, NEW.synonyms, NEW.status = 'approved')
        IS DISTINCT FROM (OLD.name, OLD.abbreviation, OLD.synonyms, OLD.status = 'approved') THEN
        PERFORM catalog_document_assets(array_agg(asset_id)) FROM (
            SELECT DISTINCT asset_id FROM catalog_termlink WHERE term_id = NEW.id) AS linked;
        PERFORM catalog_document_fields(array_agg(field_id)) FROM (
            SELECT DISTINCT field_id FROM catalog_termlink
            WHERE term_id = NEW.id AND field_id IS NOT NULL) AS linked;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER catalog_termlink_found AFTER INSERT ON catalog_termlink
    REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_links_written();
CREATE TRIGGER catalog_termlink_found_anew AFTER UPDATE ON catalog_termlink
    REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_links_written();
CREATE TRIGGER catalog_termlink_moved AFTER UPDATE ON catalog_termlink
    REFERENCING OLD TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_links_written();
CREATE TRIGGER catalog_termlink_lost AFTER DELETE ON catalog_termlink
    REFERENCING OLD TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION catalog_links_written();
CREATE TRIGGER catalog_term_spoken AFTER UPDATE OF name, abbreviation, synonyms, status ON catalog_term
    FOR EACH ROW EXECUTE FUNCTION catalog_terms_changed();
"""
# Arguments: the kind; columns whose words are its name; those that say the same otherwise; those that describe it; its title.
OF_OTHERS = r"""
CREATE FUNCTION catalog_other_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said jsonb := to_jsonb(NEW);
    names text;
    also text;
    told text;
BEGIN
    SELECT string_agg(said->>name, ' ') INTO names FROM unnest(string_to_array(TG_ARGV[1], ' ')) AS name;
    SELECT string_agg(said->>name, ' ') INTO also FROM unnest(string_to_array(TG_ARGV[2], ' ')) AS name;
    SELECT string_agg(said->>name, ' ') INTO told FROM unnest(string_to_array(TG_ARGV[3], ' ')) AS name;
    IF TG_ARGV[0] = 'person' AND (NOT (said->>'is_active')::boolean OR (said->>'is_service')::boolean) THEN
        DELETE FROM catalog_otherdocument WHERE kind = 'person' AND number = NEW.id;
        RETURN NULL;
    END IF;
    INSERT INTO catalog_otherdocument (kind, number, title, words)
    VALUES (TG_ARGV[0], NEW.id, left(lower(coalesce(
            CASE TG_ARGV[0] WHEN 'person' THEN nullif(trim(concat(
                said->>'first_name', ' ', said->>'last_name')), '') END,
            said->>TG_ARGV[4])), 200),
        setweight(to_tsvector('english', catalog_words_of_name(coalesce(names, ''))), 'A')
        || setweight(to_tsvector('english', coalesce(also, '')), 'B')
        || setweight(to_tsvector('english', left(coalesce(told, ''), 200000)), 'C'))
    ON CONFLICT (kind, number) DO UPDATE SET title = excluded.title, words = excluded.words;
    PERFORM catalog_note_words(catalog_words_of_name(concat_ws(' ', names, also)));
    RETURN NULL;
END
$$;
CREATE FUNCTION catalog_other_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM catalog_otherdocument WHERE kind = TG_ARGV[0] AND number = OLD.id;
    RETURN NULL;
END
$$;
CREATE FUNCTION catalog_other_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM catalog_otherdocument WHERE kind = TG_ARGV[0];
    RETURN NULL;
END
$$;
"""
OTHERS = {
    "catalog_term": ("term", "name", "synonyms abbreviation", "definition", "name"),
    "catalog_product": ("product", "name", "slug", "description terms_of_use", "name"),
    "catalog_domain": ("domain", "name", "slug", "description", "name"),
    "accesscontrol_user": ("person", "first_name last_name username", "", "department", "username"),
    "accesscontrol_team": ("team", "name", "", "", "name"),
}
OF_EACH = """
CREATE TRIGGER {table}_found AFTER INSERT ON {table}
    FOR EACH ROW EXECUTE FUNCTION catalog_other_written({arguments});
CREATE TRIGGER {table}_found_anew AFTER UPDATE OF {columns} ON {table}
    FOR EACH ROW EXECUTE FUNCTION catalog_other_written({arguments});
CREATE TRIGGER {table}_lost AFTER DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION catalog_other_deleted('{kind}');
CREATE TRIGGER {table}_emptied AFTER TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_other_emptied('{kind}');
UPDATE {table} SET {title} = {title};
"""
USAGE = r"""
CREATE FUNCTION catalog_refresh_usage(since date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    WITH ran AS (
        SELECT link.asset_id, sum(day.calls)::bigint AS calls
        FROM (SELECT DISTINCT query_id, asset_id FROM catalog_queryasset WHERE asset_id IS NOT NULL) AS link
        JOIN catalog_queryday AS day ON day.query_id = link.query_id
        WHERE day.day >= since GROUP BY link.asset_id
    ), moved AS (
        SELECT d.asset_id, coalesce(ran.calls, 0) AS calls
        FROM catalog_assetdocument AS d LEFT JOIN ran ON ran.asset_id = d.asset_id
        WHERE d.usage <> coalesce(ran.calls, 0) ORDER BY d.asset_id FOR NO KEY UPDATE OF d
    ), written AS (
        UPDATE catalog_assetdocument AS d SET usage = moved.calls FROM moved WHERE d.asset_id = moved.asset_id
        RETURNING d.asset_id
    )
    SELECT array_agg(asset_id) INTO ids FROM written;
    PERFORM catalog_document_assets(array_agg(d.asset_id)) FROM catalog_assetdocument AS d
    WHERE d.asset_id = ANY (ids) AND NOT d.is_removed AND d.level <> catalog_search_level(
        d.asset_id, catalog_search_points(d.usage, d.tier, d.certification, d.status));
    RETURN coalesce(cardinality(ids), 0);
END
$$;
"""
FILLED = """
ALTER TABLE catalog_assetdocument ALTER words SET STATISTICS 1000;
ALTER TABLE catalog_fielddocument ALTER words SET STATISTICS 1000;
SELECT catalog_note_words(catalog_words_of_name(string_agg(concat_ws(' ', name, field_names), ' ')))
FROM catalog_asset;
SELECT catalog_document_assets(array_agg(id)) FROM catalog_asset;
SELECT catalog_document_fields(array_agg(id)) FROM catalog_field;
"""
# With them go their triggers.
FUNCTIONS = (
    *("catalog_assets_written", "catalog_assets_deleted", "catalog_assets_emptied"),
    *("catalog_fields_written", "catalog_fields_deleted", "catalog_documents_moved"),
    *("catalog_links_written", "catalog_terms_changed"),
    *("catalog_other_written", "catalog_other_deleted", "catalog_other_emptied"),
    *("catalog_document_assets", "catalog_document_fields", "catalog_refresh_usage", "catalog_note_words"),
    *("catalog_search_marks", "catalog_search_title", "catalog_field_level", "catalog_search_points"),
    *("catalog_search_level", "catalog_words_of_name"),
)
GONE = "".join(f"DROP FUNCTION {name} CASCADE;" for name in FUNCTIONS)


def of_each(table, arguments):
    kind, names, also, told, title = arguments
    columns = [*names.split(), *also.split(), *told.split(), *(["is_active", "is_service"] if kind == "person" else [])]
    quoted = ", ".join(f"'{each}'" for each in arguments)
    return OF_EACH.format(table=table, kind=kind, columns=", ".join(columns), arguments=quoted, title=title)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0016_documents"), ("accesscontrol", "0009_emergencies")]
    operations = [
        migrations.RunSQL(HELPERS + OF_ASSETS + OF_FIELDS + OF_LINKS + OF_OTHERS, GONE),
        *(migrations.RunSQL(of_each(*each), migrations.RunSQL.noop) for each in OTHERS.items()),
        migrations.RunSQL(USAGE + FILLED, migrations.RunSQL.noop),
    ]
