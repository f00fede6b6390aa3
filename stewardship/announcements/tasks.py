from celery import shared_task

from stewardship.announcements import services


@shared_task
def tell() -> int:
    return services.tell_begun()
