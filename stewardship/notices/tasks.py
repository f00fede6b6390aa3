from celery import shared_task

from stewardship.notices import services


@shared_task
def delete_old() -> int:
    return services.delete_old_notices()
