from celery import shared_task

from stewardship.accessrequests import services


@shared_task
def expire() -> int:
    return services.expire_requests()
