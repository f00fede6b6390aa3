from django.db import migrations

# Nothing stands in itself: whatever moved a row, its ancestors are walked under a lock that movers share.
NO_CYCLE = """
CREATE FUNCTION catalog_no_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    around boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_NAME));
    EXECUTE format(
        'WITH RECURSIVE above(id) AS (
             SELECT $1 UNION SELECT t.parent_id FROM %I t JOIN above ON t.id = above.id
             WHERE t.parent_id IS NOT NULL
         ) SELECT EXISTS (SELECT 1 FROM above WHERE id = $2)', TG_TABLE_NAME)
        INTO around USING NEW.parent_id, NEW.id;
    IF around THEN
        RAISE EXCEPTION 'It would stand in itself.'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_no_cycle';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER catalog_domain_no_cycle AFTER INSERT OR UPDATE OF parent_id ON catalog_domain
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION catalog_no_cycle();
CREATE TRIGGER catalog_term_no_cycle AFTER INSERT OR UPDATE OF parent_id ON catalog_term
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION catalog_no_cycle();
"""
# Who answers for a domain: its steward, else the steward of the nearest domain above it.
ANSWERING = """
CREATE FUNCTION catalog_who_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH RECURSIVE below(id, answering_id) AS (
        SELECT id, steward_id FROM catalog_domain WHERE parent_id IS NULL
        UNION ALL
        SELECT d.id, coalesce(d.steward_id, below.answering_id)
        FROM catalog_domain d JOIN below ON d.parent_id = below.id
    )
    UPDATE catalog_domain d SET answering_id = below.answering_id FROM below
    WHERE d.id = below.id AND d.answering_id IS DISTINCT FROM below.answering_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER catalog_domain_who_answers AFTER INSERT OR UPDATE OF parent_id, steward_id ON catalog_domain
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_who_answers();
UPDATE catalog_domain SET steward_id = steward_id;
"""
# The field of a link is a field of its asset.
OWN_FIELD = """
CREATE FUNCTION catalog_term_link_own_field() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM catalog_field WHERE id = NEW.field_id AND asset_id = NEW.asset_id) THEN
        RAISE EXCEPTION 'This field belongs to another asset.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'term_link_own_field';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER term_link_own_field AFTER INSERT OR UPDATE ON catalog_termlink
    FOR EACH ROW WHEN (NEW.field_id IS NOT NULL) EXECUTE FUNCTION catalog_term_link_own_field();
"""
GONE = """
DROP TRIGGER term_link_own_field ON catalog_termlink;
DROP FUNCTION catalog_term_link_own_field();
DROP TRIGGER catalog_domain_who_answers ON catalog_domain;
DROP FUNCTION catalog_who_answers();
DROP TRIGGER catalog_term_no_cycle ON catalog_term;
DROP TRIGGER catalog_domain_no_cycle ON catalog_domain;
DROP FUNCTION catalog_no_cycle();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0011_glossary_and_products")]
    operations = [migrations.RunSQL(NO_CYCLE + ANSWERING + OWN_FIELD, GONE)]
