from typing import Any

from stewardship.coverage import services
from stewardship.coverage.models import MEASURE, CoverageReport
from stewardship.jobs.kinds import JobFailed, Work, job_kind


@job_kind(MEASURE, "Measure the policies' coverage")
def measure(work: Work) -> dict[str, Any]:
    """Find policies that do nothing, and values that nobody knows."""
    report = CoverageReport.objects.filter(job=work.job_id).first()
    if report is None:
        raise JobFailed("The report is gone.")
    found = services.measure(report=report, actor=work.actor, progress=work.progress)
    return {"findings": found.findings, "message": f"{found.findings} to look at."}
