from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accesscontrol.audit.services import record
from accesscontrol.refusal import Refused
from stewardship.chains import scopes
from stewardship.chains.facts import ChainSaved
from stewardship.chains.models import Chain, ChainStep
from stewardship.chains.reads import content
from stewardship.chains.wishes import LONGEST, Wish, check_steps


@transaction.atomic
def save_chain(
    *,
    actor: str,
    name: str,
    steps: Sequence[Wish],
    verb: str = "",
    domain: UUID | None = None,
    is_active: bool = True,
    seed: str | None = None,
    chain: Chain | None = None,
    version: int | None = None,
) -> Chain:
    """Add a chain, or give `chain` this content; proposals on their way keep what they began with.

    `version` is the one that somebody looked at. Raises `ValidationError` by field, `Refused` when stale.
    """
    _check_scope(name, verb, domain)
    check_steps(steps)
    row = _locked(chain, version) if chain else Chain(seed=seed)
    before = content(row) if row.pk else None
    row.name, row.verb, row.domain, row.is_active = name.strip(), verb, domain, is_active
    _store(row)
    _put_steps(row, steps)
    saved = Chain.objects.for_list().get(pk=row.pk)
    after = content(saved)
    if before != after:
        Chain.objects.filter(pk=row.pk).update(version=row.version + bool(before))
        record(ChainSaved(subject=str(row.code), actor=actor, before=before, after=after))
        saved.version = row.version + bool(before)
    return saved


@transaction.atomic
def switch_chain(*, chain: Chain, actor: str, on: bool) -> Chain:
    """Let a chain decide from now on, or no longer."""
    row = _locked(chain, None)
    before = content(row)
    if row.is_active == on:
        return row
    row.is_active, row.version = on, row.version + 1
    _store(row)
    record(ChainSaved(subject=str(row.code), actor=actor, before=before, after=content(row)))
    return row


def _locked(chain: Chain, version: int | None) -> Chain:
    row = Chain.objects.select_for_update().for_list().get(pk=chain.pk)
    if version is not None and version != row.version:
        raise Refused("Somebody changed this chain meanwhile; look at it again.")
    return row


def _store(row: Chain) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        taken = Chain.objects.filter(name=row.name).exclude(pk=row.pk).exists()
        text = "There is a chain of this name." if taken else "Another chain decides about this already."
        raise ValidationError({"name" if taken else "is_active": text}) from error


def _put_steps(row: Chain, steps: Sequence[Wish]) -> None:
    row.steps.all().delete()
    for at, wish in enumerate(steps, start=1):
        step = ChainStep.objects.create(
            chain=row,
            position=at,
            who=wish.who,
            group=wish.role,
            team=wish.team,
            needed=wish.needed,
            days=wish.days,
            silence=wish.silence,
            then=wish.then,
            then_group=wish.then_role,
        )
        step.people.set(wish.people)


def _check_scope(name: str, verb: str, domain: UUID | None) -> None:
    wrong: dict[str, Any] = {}
    if not name.strip() or len(name) > LONGEST:
        wrong["name"] = f"Give it a name of at most {LONGEST} letters."
    if verb and verb not in scopes.VERBS:
        wrong["verb"] = f"There is no verb {verb}. Known: {', '.join(sorted(scopes.VERBS))}."
    if domain and domain not in scopes.domains():
        wrong["domain"] = "There is no such domain."
    if wrong:
        raise ValidationError(wrong)
