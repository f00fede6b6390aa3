from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.glossary.models import Term
from catalog.glossary.reads import deciders
from catalog.glossary.relating import put_relation, replacements
from catalog.glossary.services import locked, put_status, save_term
from catalog.termreviews.facts import (
    TermApproved,
    TermDeprecated,
    TermRejected,
    TermReopened,
    TermSubmitted,
)
from stewardship.notices.services import notify

TOPIC = "glossary"


@transaction.atomic
def suggest_term(*, actor: User, changes: Mapping[str, Any]) -> Term:
    """Put a new term before those who decide; for who may not add one. Raises as `save_term` does."""
    return submit_term(term=save_term(actor=actor, changes=changes), actor=actor)


@transaction.atomic
def submit_term(*, term: Term, actor: User) -> Term:
    """Put a draft before its reviewers; they are told. Raises Refused, or ValidationError."""
    row = locked(term)
    if row.status != Term.Status.DRAFT:
        raise Refused("Only a draft can be sent to review.")
    if not row.definition:
        raise ValidationError({"definition": "Say what it means before others decide about it."})
    put_status(row, Term.Status.IN_REVIEW)
    row.rejection = ""
    row.version += 1
    row.save()
    record(TermSubmitted(subject=str(row.code), actor=actor.username, version=row.version))
    _tell(row, deciders(row), f"Review the term {row.name}", f"{actor.label} asks whether it is right.")
    return row


@transaction.atomic
def approve_term(*, term: Term, actor: User, reason: str = "", version: int | None = None) -> Term:
    """Agree to the text. Raises Stale, or Refused for one's own words and for what is not theirs."""
    row = _decidable(term, actor, version)
    put_status(row, Term.Status.APPROVED)
    row.approved_by, row.approved_at = actor, timezone.now()
    row.version += 1
    row.save()
    record(TermApproved(subject=str(row.code), actor=actor.username, version=row.version, reason=reason))
    _tell(row, _authors(row), f"{row.name} is approved", reason or f"{actor.label} agreed to it.")
    return row


@transaction.atomic
def reject_term(*, term: Term, actor: User, reason: str, version: int | None = None) -> Term:
    """Give it back as a draft, with the reason. Raises as `approve_term` does."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why, so that its author can mend it."})
    row = _decidable(term, actor, version)
    put_status(row, Term.Status.DRAFT)
    row.rejection = reason
    row.version += 1
    row.save()
    record(TermRejected(subject=str(row.code), actor=actor.username, version=row.version, reason=reason))
    _tell(row, _authors(row), f"{row.name} came back from review", reason)
    return row


@transaction.atomic
def reopen_term(*, term: Term, actor: User) -> Term:
    """Take it back out of review, or into use again: it is a draft."""
    row = locked(term)
    was = row.status
    if was not in {Term.Status.IN_REVIEW, Term.Status.DEPRECATED}:
        raise Refused("Only what is in review or deprecated can become a draft again.")
    put_status(row, Term.Status.DRAFT)
    row.version += 1
    row.save()
    replacements(row).delete()
    record(TermReopened(subject=str(row.code), actor=actor.username, was=was))
    return row


@transaction.atomic
def deprecate_term(*, term: Term, actor: User, replacement: Term | None = None, reason: str = "") -> Term:
    """Say that it is not to be used any more, and what is used instead."""
    row = locked(term)
    if row.status == Term.Status.DEPRECATED:
        raise Refused("It is deprecated already.")
    if not row.definition:
        raise ValidationError({"definition": "Only a draft may be without a definition."})
    put_status(row, Term.Status.DEPRECATED)
    row.version += 1
    row.save()
    if replacement:
        replacements(row).delete()
        if replacement.pk == row.pk or not put_relation(row, "replaced_by", replacement):
            raise ValidationError({"replacement": "It cannot be used instead: it is replaced by this one."})
    said = {"replaced_by": replacement.slug if replacement else "", "reason": reason}
    record(TermDeprecated(subject=str(row.code), actor=actor.username, **said))
    return row


def _decidable(term: Term, actor: User, version: int | None) -> Term:
    row = locked(term, version)
    if row.status != Term.Status.IN_REVIEW:
        raise Refused("It is not in review.")
    if actor.pk in row.authors:
        raise Refused("Nobody decides about their own words: somebody else has to read them.")
    if not Term.objects.decidable_by(actor).filter(pk=row.pk).exists():
        raise Refused("Others decide about this term.")
    return row


def _authors(row: Term) -> list[User]:
    return list(User.objects.filter(pk__in=row.authors))


def _tell(row: Term, people: list[User], title: str, text: str) -> None:
    key = f"term:{row.code}:{row.version}"
    said = {"title": title, "text": text, "url": row.get_absolute_url()}
    notify(recipients=people, key=key, topic=TOPIC, about=("term", row.code), **said)
