from celery import shared_task

from accesscontrol.grants.warnings import announce_ends


@shared_task
def announce() -> int:
    return announce_ends()
