from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.policy.reads import policy_set
from accesscontrol.policysets import changes
from accesscontrol.policysets.reads import documents_in_force
from accesscontrol.simulation.coverage import Coverage
from accesscontrol.simulation.reads import Progress, measure_coverage
from accesscontrol.simulation.world import fingerprint
from stewardship.coverage.facts import CoverageMeasured, CoverageRequested
from stewardship.coverage.models import MEASURE, SUBJECT, CoverageReport
from stewardship.jobs.services import submit_job


@transaction.atomic
def request_coverage(*, actor: str) -> CoverageReport:
    """Ask what the policies in force are worth; one that is being worked out is returned."""
    job = submit_job(kind=MEASURE, arguments={}, actor=actor, subject=SUBJECT)
    row, created = CoverageReport.objects.get_or_create(job=job, defaults={"actor": actor})
    if created:
        record(CoverageRequested(subject=str(row.code), actor=actor))
    return row


def measure(*, report: CoverageReport, actor: str, progress: Progress) -> Coverage:
    """Work it out and keep what was found."""
    policies, world = changes.digest(documents_in_force()), fingerprint()
    found = measure_coverage(policy_set(), progress=progress)
    keep_coverage(report=report, policies=policies, world=world, found=found, actor=actor)
    return found


@transaction.atomic
def keep_coverage(*, report: CoverageReport, policies: str, world: str, found: Coverage, actor: str) -> None:
    row = CoverageReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    row.policies, row.world, row.result, row.finished_at = policies, world, found.as_json(), timezone.now()
    row.save(update_fields=["policies", "world", "result", "finished_at"])
    record(CoverageMeasured(subject=str(row.code), actor=actor, policies=policies, findings=found.findings))
