from celery import shared_task

from stewardship.notices import mails, services


@shared_task
def delete_old() -> int:
    return services.delete_old_notices()


@shared_task
def mail() -> int:
    return mails.mail_breaking()
