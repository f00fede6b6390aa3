from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.facts import PolicyEnforced, PolicyRetired
from accesscontrol.policy.models import Policy
from accesscontrol.policy.reads import forget

Document = Mapping[str, Any]


@transaction.atomic
def enforce(*, documents: Sequence[Document], actor: str) -> None:
    """Let exactly these policies decide from now on; one that leaves stays readable.

    `documents` are in their full stored form, each name once. Raises `PolicyError` when one does
    not read.
    """
    rows = {row.name: row for row in Policy.objects.select_for_update()}
    wanted = {document["name"] for document in documents}
    for document in documents:
        _enforce(rows.get(document["name"]), document, actor)
    for row in rows.values():
        if row.is_active and row.name not in wanted:
            _retire(row, actor)
    forget()


def _enforce(found: Policy | None, document: Document, actor: str) -> None:
    row = found or Policy(version=0)
    before = row.document if row.is_active else None
    if before == document:
        return
    rule = read_policy(document)
    for key, value in document.items():
        setattr(row, key, value)
    row.valid_from, row.valid_until = rule.valid_from, rule.valid_until
    row.is_active = True
    row.version += 1
    row.save()
    record(PolicyEnforced(**_about(row, actor), before=before, after=row.document))


def _retire(row: Policy, actor: str) -> None:
    row.is_active = False
    row.version += 1
    row.updated = timezone.now()
    row.save(update_fields=["is_active", "version", "updated"])
    record(PolicyRetired(**_about(row, actor), before=row.document))


def _about(row: Policy, actor: str) -> dict[str, Any]:
    return {"subject": str(row.code), "actor": actor, "policy": row.name, "version": row.version}
