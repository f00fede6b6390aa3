"""A stored job rings for a worker once it is committed."""

import logging
from typing import Any

from django.dispatch import receiver
from kombu.exceptions import OperationalError

from accesscontrol.audit.facts import announced
from stewardship.jobs import tasks
from stewardship.jobs.facts import JobRequeued, JobSubmitted

logger = logging.getLogger(__name__)


@receiver(announced, sender=JobSubmitted)
@receiver(announced, sender=JobRequeued)
def ring(fact: JobSubmitted | JobRequeued, **kwargs: Any) -> None:
    try:
        tasks.run.delay(fact.job_id)
    except OperationalError:  # the row stays queued; the sweeper rings again
        logger.warning("The broker does not answer; job %s waits for the sweeper.", fact.job_id)
