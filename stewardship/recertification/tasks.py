from celery import shared_task

from stewardship.recertification import services


@shared_task
def close() -> int:
    return services.close_campaigns()
