from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.domains.facts import DomainDeleted, DomainSaved
from catalog.domains.holding import hold_tree
from catalog.domains.models import Domain
from catalog.domains.tree import would_circle


@transaction.atomic
def save_domain(
    *,
    actor: str,
    slug: str,
    name: str,
    description: str = "",
    steward: User | None = None,
    parent: Domain | None = None,
    domain: Domain | None = None,
) -> Domain:
    """Add a domain, or give `domain` this content, and say so; raises ValidationError by attribute."""
    hold_tree(Domain)
    row = Domain.objects.select_for_update().get(pk=domain.pk) if domain else Domain()
    before = content(row) if domain else None
    row.slug, row.name, row.description, row.steward, row.parent = slug, name, description, steward, parent
    after = content(row)
    row.version += before is not None and before != after
    _refuse_circle(row)
    row.full_clean()
    row.save()
    row.refresh_from_db(fields=["answering"])
    if before != after:
        record(DomainSaved(subject=str(row.code), actor=actor, before=before, after=after))
    return row


@transaction.atomic
def delete_domain(*, domain: Domain, actor: str) -> None:
    """Remove the domain; its assets and sources stay, without a domain.

    Raises Refused while domains stand in it.
    """
    hold_tree(Domain)
    if domain.children.exists():
        raise Refused("Domains stand in it. Move or delete them first.")
    fact = DomainDeleted(
        subject=str(domain.code), actor=actor, before=content(domain), assets=domain.assets.count()
    )
    domain.delete()
    record(fact)


def _refuse_circle(row: Domain) -> None:
    known = dict(Domain.objects.values_list("pk", "parent"))
    if row.pk and would_circle(known, row.pk, row.parent_id):
        raise ValidationError({"parent": "It would stand in itself."})


def content(domain: Domain) -> dict[str, Any]:
    """What the log keeps of a domain."""
    return {
        "slug": domain.slug,
        "name": domain.name,
        "description": domain.description,
        "steward": domain.steward.username if domain.steward else None,
        "parent": domain.parent.slug if domain.parent else None,
    }
