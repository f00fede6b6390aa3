from celery import shared_task

from stewardship.approvals import clock


@shared_task
def pass_time() -> int:
    return clock.pass_time().total()


@shared_task
def remind() -> int:
    return clock.remind()
