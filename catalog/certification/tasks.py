from celery import shared_task

from catalog.certification import services


@shared_task
def look_at_ends() -> int:
    """The clock's call: take away what has run out, announce what will."""
    return services.expire_certificates() + services.announce_ends()
