from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps

from accesscontrol.policysets.services import ensure_first_set


def seed(apps: Apps = installed, **kwargs: Any) -> None:
    """After migrations: a new portal gets its first policy. Without the table there is nothing to do."""
    if "policyset" in apps.all_models["accesscontrol"]:
        ensure_first_set()
