"""The Celery application: every room's tasks.py, and the clock of the governance cycle."""

import os

from celery import Celery

from govportal import broker
from govportal.ears import Ears
from govportal.pulse import Pulse

__all__ = ["app", "broker"]  # the broker makes its transport known when it is imported

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govportal.settings")
app = Celery("govportal")
app.steps["consumer"].add(Pulse)
app.steps["consumer"].add(Ears)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "govportal",
        "accesscontrol.breakglass",
        "accesscontrol.grants",
        "stewardship.accessrequests",
        "stewardship.announcements",
        "stewardship.approvals",
        "stewardship.jobs",
        "stewardship.notices",
        "stewardship.recertification",
        "catalog.bulk",
        "catalog.ddl",
        "catalog.harvest",
        "lineage.ingest",
        "quality.runs",
        "compliance.requests",
    ]
)
