"""Terms in review stand in the inbox of those who decide."""

from uuid import UUID

from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.glossary.models import Term, TermQuerySet
from catalog.termreviews.services import approve_term, reject_term
from stewardship.approvals.inbox import Line, Waiting, add_waiting

SHOWN = 100


def rows(reader: User) -> TermQuerySet:
    return Term.objects.decidable_by(reader)


def lines(reader: User) -> list[Line]:
    found = list(rows(reader).for_list().order_by("submitted_at")[:SHOWN])
    keys = {pk for row in found for pk in row.authors[-1:]}
    people = User.objects.in_bulk(keys)
    return [_line(row, people.get(row.authors[-1]) if row.authors else None, reader) for row in found]


def _line(row: Term, author: User | None, reader: User) -> Line:
    return Line(
        about=row.name,
        url=row.get_absolute_url(),
        asked="Say whether the term is right",
        by=author.label if author else "",
        reason=row.definition[:200],
        at=row.submitted_at or row.updated_at,
        code=row.code,
        mine=reader in row.reviewers.all() or bool(row.domain and row.domain.answering_id == reader.pk),
        author=author.username if author else "",
        subject=row.code,
    )


def _waiting(reader: User, code: UUID) -> Term:
    found = rows(reader).filter(code=code).first()
    if found is None:
        raise Refused("This does not wait for you.")
    return found


def approve(reader: User, code: UUID, reason: str) -> None:
    approve_term(term=_waiting(reader, code), actor=reader, reason=reason)


def reject(reader: User, code: UUID, reason: str) -> None:
    reject_term(term=_waiting(reader, code), actor=reader, reason=reason)


add_waiting(Waiting("Terms", rows, lines, approve, reject))
