from celery import shared_task

from stewardship.jobs import services, work


@shared_task
def run(job_id: int) -> None:
    work.run_job(job_id=job_id)


@shared_task
def sweep() -> int:
    return services.sweep_jobs()
