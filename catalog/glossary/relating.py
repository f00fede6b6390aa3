"""Relations between terms: kept once, whichever side they are told from."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.glossary.facts import TermRelated, TermUnrelated
from catalog.glossary.kinds import KINDS
from catalog.glossary.models import Term, TermRelation


@transaction.atomic
def relate_terms(*, term: Term, kind: str, other: Term, actor: User) -> TermRelation:
    """Say how two terms relate. Raises ValidationError, or Refused when it is said already."""
    if kind not in KINDS:
        raise ValidationError({"kind": f"There is no such relation. Known: {', '.join(KINDS)}."})
    if term.pk == other.pk:
        raise ValidationError({"other": "A term does not relate to itself."})
    row = put_relation(term, kind, other)
    if row is None:
        raise Refused("These two are related like that already.")
    record(TermRelated(subject=str(term.code), actor=actor.username, kind=kind, other=other.slug))
    return row


@transaction.atomic
def unrelate_terms(*, term: Term, kind: str, other: Term, actor: User) -> None:
    """Take back that they relate, from whichever side it was said."""
    sides = Q(term=term, other=other) | Q(term=other, other=term)
    if not TermRelation.objects.filter(sides, kind=kind).delete()[0]:
        raise Refused("These two are not related like that.")
    record(TermUnrelated(subject=str(term.code), actor=actor.username, kind=kind, other=other.slug))


def put_relation(term: Term, kind: str, other: Term) -> TermRelation | None:
    """Keep the relation; None when the two have it already, from either side."""
    first, second = sides(term, kind, other)
    try:
        with transaction.atomic():
            return TermRelation.objects.create(kind=kind, term=first, other=second)
    except IntegrityError:
        return None


def sides(term: Term, kind: str, other: Term) -> tuple[Term, Term]:
    """The two in the order in which the relation is kept."""
    if KINDS[kind].symmetric and other.pk < term.pk:
        return other, term
    return term, other


def replacements(term: Term) -> models.QuerySet[TermRelation]:
    return TermRelation.objects.filter(term=term, kind="replaced_by")
