"""What is open gets its one step; and from now on the database counts the approvals."""

from django.db import migrations

STEPS = """
WITH steps AS (
  INSERT INTO stewardship_proposalstep (proposal_id, position, needed, silence, "then", asked, state, opened_at)
  SELECT id, 1, 1, 'remind', '', 'Anybody who may change it', 'open', created_at
  FROM stewardship_proposal WHERE state = 'open'
  RETURNING id
)
INSERT INTO stewardship_decider (step_id, who, escalated) SELECT id, 'anybody', false FROM steps;
"""
COUNT = """
CREATE FUNCTION proposal_approved_by_enough() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM stewardship_proposalstep WHERE proposal_id = NEW.id) OR EXISTS (
    SELECT 1 FROM stewardship_proposalstep s WHERE s.proposal_id = NEW.id AND s.needed > (
      SELECT count(*) FROM stewardship_vote v WHERE v.step_id = s.id AND v.approves AND NOT v.is_void)
  ) THEN
    RAISE EXCEPTION 'Proposal % lacks approvals.', NEW.code USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM (
      SELECT actor_id AS voice FROM stewardship_vote WHERE proposal_id = NEW.id AND NOT is_void
      UNION ALL
      SELECT on_behalf_of_id FROM stewardship_vote
      WHERE proposal_id = NEW.id AND NOT is_void AND on_behalf_of_id IS NOT NULL
    ) voices GROUP BY voice HAVING count(*) > 1 OR voice = NEW.author_id
  ) THEN
    RAISE EXCEPTION 'Proposal % is approved by its author, or twice by one person.', NEW.code
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER proposal_approved_by_enough BEFORE INSERT OR UPDATE OF state ON stewardship_proposal
  FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION proposal_approved_by_enough();
"""
FORGET = """
DROP TRIGGER proposal_approved_by_enough ON stewardship_proposal;
DROP FUNCTION proposal_approved_by_enough();
"""


class Migration(migrations.Migration):
    dependencies = [("stewardship", "0011_chains_and_steps")]
    operations = [migrations.RunSQL(STEPS, migrations.RunSQL.noop), migrations.RunSQL(COUNT, FORGET)]
