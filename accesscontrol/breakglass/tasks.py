from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail

from accesscontrol.breakglass import reads
from accesscontrol.breakglass.models import Emergency

TEXT = """{who} has declared an emergency until {until:%H:%M} UTC.

{reason}

Until then, policies that an emergency lifts do not bind {who}. Look at it now, end it if it should
not be, and review it afterwards: {url}
"""


@shared_task
def notify(code: str) -> int:
    """Tell everybody who may review it, at once. Return how many mails were sent."""
    row = Emergency.objects.select_related("user").get(code=UUID(code))
    url = f"{settings.PORTAL_URL}{row.get_absolute_url()}"
    text = TEXT.format(who=row.user.label, until=row.ends_at, reason=row.reason, url=url)
    addresses = [user.email for user in reads.reviewers(row) if user.email]
    subject = f"Emergency declared by {row.user.label}".replace("\n", " ")
    return sum(send_mail(subject, text, None, [address]) for address in addresses)
