"""The roles that every portal starts with, from roles.yaml."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.auth.models import Group

from accesscontrol.roles.models import Seed
from accesscontrol.roles.reads import our_permissions

ROLES = Path(__file__).with_name("roles.yaml")
THE_ROLE = ""  # marks that the role itself was made


def ensure_roles(apps: Apps = installed, **kwargs: Any) -> None:
    """Create the roles that are missing, and give roles the permissions that newer versions add.

    Each role and each of its permissions is given once. What an administrator added stays, and what an
    administrator took away, or deleted, or renamed does not come back.
    """
    if "seed" not in apps.all_models["accesscontrol"]:
        return
    known = {permission.key: permission for permission in our_permissions()}
    given = set(Seed.objects.values_list("role", "permission"))
    for name, patterns in yaml.safe_load(ROLES.read_text()).items():
        new = [key for key in known if _matches(key, patterns) and (name, key) not in given]
        role = _role(name, is_new=(name, THE_ROLE) not in given)
        if role:
            role.permissions.add(*(known[key] for key in new))
            seeds = [Seed(role=name, permission=key) for key in (THE_ROLE, *new)]
            Seed.objects.bulk_create(seeds, ignore_conflicts=True)


def _role(name: str, *, is_new: bool) -> Group | None:
    """Return the role, made when the portal never had it; None when somebody removed it."""
    if is_new:
        return Group.objects.get_or_create(name=name)[0]
    return Group.objects.filter(name=name).first()


def _matches(key: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in patterns)
