"""The chains that every portal starts with, from chains.yaml."""

from pathlib import Path
from typing import Any

import yaml
from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.auth.models import Group

from stewardship.chains.models import Chain
from stewardship.chains.services import save_chain
from stewardship.chains.wishes import Wish

CHAINS = Path(__file__).with_name("chains.yaml")


def ensure_chains(apps: Apps = installed, **kwargs: Any) -> None:
    """Add the chains that are missing, switched off; one whose role is not there waits for it."""
    if "chain" not in apps.all_models["stewardship"]:
        return
    known = set(Chain.objects.exclude(seed=None).values_list("seed", flat=True))
    for seed, stored in yaml.safe_load(CHAINS.read_text()).items():
        roles = {step["role"]: Group.objects.filter(name=step["role"]).first() for step in _by_role(stored)}
        taken = Chain.objects.filter(name=stored["name"]).exists()
        if seed not in known and not taken and all(roles.values()):
            steps = [_wish(step, roles) for step in stored["steps"]]
            save_chain(actor="system", name=stored["name"], steps=steps, is_active=False, seed=seed)


def _by_role(stored: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for step in stored["steps"] if "role" in step]


def _wish(step: dict[str, Any], roles: dict[str, Group | None]) -> Wish:
    return Wish(**{**step, "role": roles[step["role"]]} if "role" in step else step)
