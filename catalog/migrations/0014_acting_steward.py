import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The steward of an asset, else who answers for its domain. The lock makes who changes the domain wait.
OF_ITSELF = """
CREATE FUNCTION catalog_asset_who_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.acting_steward_id := NEW.steward_id;
    IF NEW.steward_id IS NULL AND NEW.domain_id IS NOT NULL THEN
        SELECT answering_id INTO NEW.acting_steward_id FROM catalog_domain WHERE id = NEW.domain_id FOR SHARE;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER catalog_asset_who_answers
    BEFORE INSERT OR UPDATE OF steward_id, domain_id, acting_steward_id ON catalog_asset
    FOR EACH ROW EXECUTE FUNCTION catalog_asset_who_answers();
"""
OF_ITS_DOMAIN = """
CREATE FUNCTION catalog_domain_tells_assets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE catalog_asset SET acting_steward_id = NEW.answering_id
    WHERE domain_id = NEW.id AND steward_id IS NULL AND acting_steward_id IS DISTINCT FROM NEW.answering_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER catalog_domain_tells_assets AFTER UPDATE OF answering_id ON catalog_domain
    FOR EACH ROW WHEN (OLD.answering_id IS DISTINCT FROM NEW.answering_id)
    EXECUTE FUNCTION catalog_domain_tells_assets();
UPDATE catalog_asset SET acting_steward_id = NULL WHERE domain_id IS NOT NULL OR steward_id IS NOT NULL;
"""
GONE = """
DROP TRIGGER catalog_domain_tells_assets ON catalog_domain;
DROP FUNCTION catalog_domain_tells_assets();
DROP TRIGGER catalog_asset_who_answers ON catalog_asset;
DROP FUNCTION catalog_asset_who_answers();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0013_meaning")]
    operations = [
        migrations.AddField(
            "asset",
            "acting_steward",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="stewarded_assets",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            "asset",
            "steward",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(OF_ITSELF + OF_ITS_DOMAIN, GONE),
    ]
