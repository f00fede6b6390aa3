from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.grants.answering import governed_models, keys
from accesscontrol.grants.models import Grant, GrantQuerySet
from accesscontrol.grants.services import SYSTEM, extend_grant, revoke_grant
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from stewardship.recertification.facts import CampaignClosed, CampaignStarted, GrantKept
from stewardship.recertification.models import Campaign, Item

Decision = Item.Decision


@transaction.atomic
def start_campaign(*, name: str, due_at: datetime, actor: User, domain: str = "") -> Campaign:
    """Ask about every live grant, or those on a domain's objects, until `due_at`.

    Raises `ValidationError` naming the field, also when there is nothing to ask about.
    """
    if not name.strip():
        raise ValidationError({"name": "Give it a name."})
    if due_at <= timezone.now():
        raise ValidationError({"due_at": "The due date must be in the future."})
    grants = list(_grants(domain))
    if not grants:
        raise ValidationError({"domain": "There is no live grant to look at."})
    row = Campaign.objects.create(name=name.strip(), domain=domain, due_at=due_at, started_by=actor)
    Item.objects.bulk_create(Item(campaign=row, grant=grant) for grant in grants)
    record(
        CampaignStarted(
            subject=str(row.code),
            campaign=row.name,
            actor=actor.username,
            domain=domain,
            due_at=due_at.isoformat(),
            grants=len(grants),
        )
    )
    return row


def _grants(domain: str) -> GrantQuerySet:
    live = Grant.objects.live()
    if not domain:
        return live
    model = next(governed_models())
    path = model.guard.columns["domain"]  # type: ignore[attr-defined]
    return live.filter(object_pk__in=keys(model._default_manager.filter(**{path: domain})))


@transaction.atomic
def keep_grant(*, item: Item, actor: User, reason: str = "", until: datetime | None = None) -> Item:
    """Confirm a grant; with `until` its end moves there. Raises `Refused` as `drop_grant` does."""
    row = _decidable(item, actor)
    if until is not None:
        extend_grant(grant=row.grant, actor=actor, ends_at=until, reason=reason or f"Kept in {row.campaign}")
    _decide(row, Decision.KEPT, actor, reason)
    said = {"grant": str(row.grant.code), "until": until.isoformat() if until else None, "reason": reason}
    record(GrantKept(**_about(row.campaign), actor=actor.username, **said))  # type: ignore[arg-type]
    return row


@transaction.atomic
def drop_grant(*, item: Item, actor: User, reason: str) -> Item:
    """Revoke a grant that is no longer needed.

    Raises `Refused` when it is decided, is not the actor's to decide, or has ended.
    """
    row = _decidable(item, actor)
    revoke_grant(grant=row.grant, actor=actor, reason=reason)
    _decide(row, Decision.REVOKED, actor, reason)
    return row


def close_campaigns() -> int:
    """Revoke what nobody confirmed in time; safe to run twice. Return how many campaigns were closed."""
    return sum(_close(campaign) for campaign in Campaign.objects.due())


@transaction.atomic
def _close(campaign: Campaign) -> bool:
    row = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if row.closed_at:
        return False
    revoked = sum(_lapse(item) for item in row.items.filter(decision="").select_related("grant"))
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    record(CampaignClosed(**_about(row), actor=SYSTEM, revoked=revoked))
    return True


def _lapse(item: Item) -> bool:
    live = item.grant.state == "live"
    if live:
        reason = f"Nobody confirmed it in {item.campaign} by the due date."
        revoke_grant(grant=item.grant, actor=None, reason=reason)
    _decide(item, Decision.LAPSED if live else Decision.ENDED, None, "")
    return live


def _decidable(item: Item, actor: User) -> Item:
    row = Item.objects.select_for_update(of=("self",)).for_list().get(pk=item.pk)
    if row.decision or row.campaign.closed_at:
        raise Refused("This was decided already.")
    if not Item.objects.decidable_by(actor).filter(pk=row.pk).exists():
        raise Refused("This is not yours to decide.")
    if row.grant.state != "live":
        raise Refused(f"This grant is {row.grant.state} already.")
    return row


def _decide(row: Item, decision: str, actor: User | None, reason: str) -> None:
    row.decision, row.decided_by, row.decided_at = decision, actor, timezone.now()
    row.reason = reason
    row.save(update_fields=["decision", "decided_by", "decided_at", "reason"])


def _about(row: Campaign) -> dict[str, str]:
    return {"subject": str(row.code), "campaign": row.name}
