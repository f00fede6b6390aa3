from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit log is append-only: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_rows_stay BEFORE UPDATE OR DELETE ON accesscontrol_entry
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_table_stays BEFORE TRUNCATE ON accesscontrol_entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
ALLOW = """
DROP TRIGGER audit_rows_stay ON accesscontrol_entry;
DROP TRIGGER audit_table_stays ON accesscontrol_entry;
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("accesscontrol", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
