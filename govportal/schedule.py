"""What the clock does, and when: task and time, in UTC. Seconds, or a line of cron."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-jobs": {"task": "stewardship.jobs.tasks.sweep", "schedule": 30.0},
    "look-at-ddl-feeds": {"task": "catalog.ddl.tasks.look", "schedule": 60.0},
    "evaluate-rules": {
        "task": "quality.runs.tasks.evaluate_everything",
        "schedule": crontab(hour="4", minute="30"),
    },
    "pass-time-over-proposals": {"task": "stewardship.approvals.tasks.pass_time", "schedule": 600.0},
    "remind-deciders": {
        "task": "stewardship.approvals.tasks.remind",
        "schedule": crontab(hour="6", minute="10"),
    },
    "announce-grant-ends": {"task": "accesscontrol.grants.tasks.announce", "schedule": 900.0},
    "close-campaigns": {"task": "stewardship.recertification.tasks.close", "schedule": 600.0},
    "delete-old-notices": {
        "task": "stewardship.notices.tasks.delete_old",
        "schedule": crontab(hour="3", minute="40"),
    },
    "tell-announcements": {"task": "stewardship.announcements.tasks.tell", "schedule": 60.0},
    "mail-breaking-notices": {"task": "stewardship.notices.tasks.mail", "schedule": 300.0},
    "expire-access-requests": {"task": "stewardship.accessrequests.tasks.expire", "schedule": 600.0},
    "look-for-drift": {
        "task": "catalog.enforcement.tasks.check_everything",
        "schedule": crontab(minute="17"),
    },
    "harvest-on-schedule": {"task": "catalog.harvest.tasks.harvest_due", "schedule": crontab()},
    "read-usage": {"task": "catalog.usage.tasks.read_all", "schedule": crontab(minute="41")},
    "refresh-usage-of-search": {
        "task": "catalog.search.tasks.refresh_usage",
        "schedule": crontab(minute="53"),
    },
    "delete-old-usage": {
        "task": "catalog.usage.tasks.delete_old",
        "schedule": crontab(hour="3", minute="50"),
    },
    "look-at-certificates": {"task": "catalog.certification.tasks.look_at_ends", "schedule": 300.0},
    "delete-old-harvests": {
        "task": "catalog.harvest.tasks.delete_old",
        "schedule": crontab(hour="4", minute="0"),
    },
    "delete-old-bulk-edits": {
        "task": "catalog.bulk.tasks.delete_old",
        "schedule": crontab(hour="4", minute="10"),
    },
    "delete-old-imports": {
        "task": "catalog.exchange.tasks.delete_old",
        "schedule": crontab(hour="4", minute="20"),
    },
    "apply-lineage-events": {"task": "lineage.ingest.tasks.apply_pending", "schedule": 30.0},
}
