from typing import Any

from django.db import transaction

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from catalog.domains.facts import DomainDeleted, DomainSaved
from catalog.domains.models import Domain


@transaction.atomic
def save_domain(
    *,
    actor: str,
    slug: str,
    name: str,
    description: str = "",
    steward: User | None = None,
    domain: Domain | None = None,
) -> Domain:
    """Add a domain, or give `domain` this content, and say so; raises ValidationError by attribute."""
    before = content(domain) if domain else None
    row = domain or Domain()
    row.slug, row.name, row.description, row.steward = slug, name, description, steward
    row.full_clean()
    row.save()
    after = content(row)
    if before != after:
        record(DomainSaved(subject=str(row.code), actor=actor, before=before, after=after))
    return row


@transaction.atomic
def delete_domain(*, domain: Domain, actor: str) -> None:
    """Remove the domain; its assets and sources stay, without a domain."""
    fact = DomainDeleted(
        subject=str(domain.code), actor=actor, before=content(domain), assets=domain.assets.count()
    )
    domain.delete()
    record(fact)


def content(domain: Domain) -> dict[str, Any]:
    """What the log keeps of a domain."""
    return {
        "slug": domain.slug,
        "name": domain.name,
        "description": domain.description,
        "steward": domain.steward.username if domain.steward else None,
    }
