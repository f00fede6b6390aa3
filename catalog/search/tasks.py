from celery import shared_task

from catalog.search import services


@shared_task
def refresh_usage() -> int:
    """The clock's call, once an hour, after the usage was read: how many assets it moved."""
    return services.refresh_usage()
