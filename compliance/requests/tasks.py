from django.utils import timezone

from compliance.requests import services
from compliance.requests.collect import Found
from compliance.requests.models import RequestStep, SubjectRequest
from compliance.requests.package import Table, as_text
from compliance.requests.reads import TablesAndPlan, plan_for
from compliance.requests.search import Search, ready
from stewardship.jobs.kinds import JobFailed, Result, Work, job_kind, job_subject

job_subject("request", SubjectRequest.objects.visible_to)


@job_kind(services.COLLECT, "Collect a person's data")
def collect_data(work: Work, *, request_id: int) -> Result:
    """Find the person's rows in every source, and seal them into a package."""
    try:
        return _collect(work, SubjectRequest.objects.get(pk=request_id))
    finally:
        services.collecting_ended(request_id=request_id)


def _collect(work: Work, request: SubjectRequest) -> Result:
    where = plan_for(request)
    if not where.plan.starts:
        raise JobFailed(
            f"No field of the catalog is marked as identifying people by {request.identifier_kind}."
        )
    search = Search(where, request.identifier, work)
    found = search.run()
    steps = [_step(request, where, pk, found, search.problems) for pk in where.plan.tables]
    for position, step in enumerate(steps, start=1):
        step.position = position
    package = as_text(_header(request), _tables(where, found))
    services.keep_findings(request=request, steps=steps, package=package, actor=work.actor)
    rows = sum(step.rows for step in steps)
    return {"message": f"{rows} rows in {len(steps)} tables.", "rows": rows, "tables": len(steps)}


def _step(
    request: SubjectRequest,
    where: TablesAndPlan,
    table: int,
    found: dict[int, Found],
    problems: dict[int, str],
) -> RequestStep:
    failed = table in problems
    return RequestStep(
        request=request,
        asset=where.assets[table],
        state=RequestStep.State.FAILED if failed else RequestStep.State.DONE,
        rows=len(found[table].rows),
        ways=found[table].ways,
        message=problems.get(table, ""),
    )


def _tables(where: TablesAndPlan, found: dict[int, Found]) -> list[Table]:
    return [
        Table(
            source=where.assets[table].source.name,  # type: ignore[union-attr]
            namespace=where.assets[table].namespace,
            name=where.assets[table].name,
            ways=found[table].ways,
            rows=ready(found[table].rows.values()),
        )
        for table in where.plan.tables
        if found[table].rows
    ]


def _header(request: SubjectRequest) -> dict[str, str]:
    return {
        "request": str(request.code),
        "person": request.identifier,
        "law": request.law_label,
        "received_on": request.received_on.isoformat(),
        "collected_at": timezone.now().isoformat(timespec="seconds"),
    }
