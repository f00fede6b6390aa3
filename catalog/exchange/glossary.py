"""Terms and their relations as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from catalog.domains.models import Domain
from catalog.exchange.facts import TermRestored
from catalog.exchange.shapes import Key, Row
from catalog.exchange.shelf import NOT_YOURS, Found, NamedShelf, Shelf, merged, named, people, person
from catalog.glossary.kinds import KINDS
from catalog.glossary.models import Term, TermRelation
from catalog.glossary.relating import relate_terms
from catalog.glossary.services import TEXT, check, note_saved, put_status, save_term
from catalog.glossary.wording import tidied
from catalog.termfiles.planning import relation

RESTORE = "catalog.restore_approvals"
AGREED = ("authors", "approved_by", "approved_at")  # who wrote it, and who agreed to it
Status = Term.Status


class Terms(NamedShelf):
    """A term's text, place and people; and, from who may restore, that it was approved and by whom."""

    kind, model, name = "terms", Term, "slug"

    def those(self, reader: User) -> models.QuerySet[Any]:
        return Term.objects.visible_to(reader).for_page()

    def rows(self, reader: User) -> Iterator[Row]:
        return iter(sorted(self._told(list(self.those(reader))), key=lambda row: str(row["slug"])))

    def found(self, reader: User, keys: Collection[Key]) -> dict[Key, Found]:
        terms = list(self.those(reader).filter(slug__in=[key[0] for key in keys]))
        told = zip(terms, self._told(terms), strict=True)
        return {(row.pop("slug"),): Found(term, row) for term, row in told}

    def _told(self, terms: list[Term]) -> list[Row]:
        pks = {pk for term in terms for pk in term.authors}
        names = dict(User.objects.filter(pk__in=pks).values_list("pk", "username"))
        return [self._row(term, names) for term in terms]

    def _row(self, term: Term, names: dict[int, str]) -> Row:
        return {
            "slug": term.slug,
            **{name: getattr(term, name) for name in TEXT},
            "parent": term.parent.slug if term.parent else None,
            "domain": term.domain.slug if term.domain else None,
            "owner": term.owner.username if term.owner else None,
            "reviewers": sorted(person.username for person in term.reviewers.all()),
            "status": term.status,
            "authors": sorted(names[pk] for pk in term.authors if pk in names),
            "approved_by": term.approved_by.username if term.approved_by else None,
            "approved_at": term.approved_at.isoformat() if term.approved_at else None,
        }

    def heard(self, actor: User, found: Found | None, said: Row) -> Row:
        """Nobody approves by a file: what it calls approved goes into review, unless one may restore."""
        heard = {name: tidied(name, value) if name in TEXT else value for name, value in said.items()}
        for name in {"reviewers", "authors"} & heard.keys():
            heard[name] = sorted(set(heard[name]))
        if actor.has_perm(RESTORE):
            return heard
        heard = {name: value for name, value in heard.items() if name not in AGREED}
        before = found.said if found else {}
        same = all(before.get(name) == heard[name] for name in TEXT if name in heard)
        if heard.get("status") == Status.APPROVED and not (same and before.get("status") == Status.APPROVED):
            heard["status"] = Status.IN_REVIEW.value
        return heard

    def say(self, *, actor: User, key: Key, found: Found | None, changes: Row) -> None:
        said: dict[str, Any] = {n: value for n, value in changes.items() if n not in {*AGREED, "status"}}
        if "reviewers" in said:
            said["reviewers"] = people("reviewers", said["reviewers"])
        if "owner" in said:
            said["owner"] = person("owner", said["owner"])
        if "domain" in said:
            said["domain"] = named("domain", Domain, said["domain"])
        if "parent" in said:
            said["parent"] = named("parent", Term, said["parent"])
        if not found:
            said["slug"] = key[0]
        term = save_term(actor=actor, changes=said, term=found.subject if found else None)
        if changes.keys() & {"status", *AGREED}:
            self._agree(actor, term, found, merged({"status": Status.DRAFT.value}, found, changes))

    def _agree(self, actor: User, term: Term, found: Found | None, said: Row) -> None:
        """Put the status; who wrote and who approved come from the file only for who may restore."""
        if said["status"] not in Status.values:
            raise ValidationError({"status": f"Known are {', '.join(Status.values)}."})
        was = term.status
        put_status(term, said["status"])
        restored = actor.has_perm(RESTORE)
        if restored:
            self._restore(term, said)
        check(term)
        term.version += was != term.status and found is not None
        term.save()
        if restored:
            self._note(term, actor)
        elif was != term.status:
            note_saved(term, actor, {"status": was}, {"status": term.status})

    def _note(self, term: Term, actor: User) -> None:
        record(
            TermRestored(
                subject=str(term.code),
                actor=actor.username,
                status=term.status,
                authors=sorted(User.objects.filter(pk__in=term.authors).values_list("username", flat=True)),
                approved_by=term.approved_by.username if term.approved_by else None,
            )
        )

    def _restore(self, term: Term, said: Row) -> None:
        if "authors" in said:
            term.authors = sorted(user.pk for user in people("authors", said["authors"]))
        term.approved_by = person("approved_by", said.get("approved_by"))
        term.approved_at = _moment(said.get("approved_at"))
        approved = term.approved_by is not None
        if term.status == Status.APPROVED and not (approved and term.approved_at):
            raise ValidationError({"approved_by": "Say who approved it, and when."})
        if approved and term.approved_by_id in term.authors:
            raise ValidationError({"approved_by": "Nobody approves their own words."})
        if approved and term.status == Status.IN_REVIEW:
            raise ValidationError({"approved_by": "What is in review is not approved."})


def _moment(said: str | None) -> datetime | None:
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise ValidationError({"approved_at": "Write a moment as 2027-03-01T12:00:00+00:00."}) from error
    return found if timezone.is_aware(found) else timezone.make_aware(found)


class Relations(Shelf):
    """How two terms relate; what reads the same from both sides stands where the slug is smaller."""

    kind = "relations"

    def rows(self, reader: User) -> Iterator[Row]:
        names = ("term", "kind", "other")
        yield from (dict(zip(names, key, strict=True)) for key in sorted(self._there(reader)))

    def found(self, reader: User, keys: Collection[Key]) -> dict[Key, Found]:
        there = self._there(reader)
        return {key: Found(there[_kept(key)], {}) for key in keys if _kept(key) in there}

    def _there(self, reader: User) -> dict[Key, TermRelation]:
        terms = Term.objects.visible_to(reader)
        rows = TermRelation.objects.filter(term__in=terms, other__in=terms).select_related("term", "other")
        return {_kept((row.term.slug, row.kind, row.other.slug)): row for row in rows}

    def refusal(self, actor: User, found: Found | None, names: Collection[str]) -> str:
        return "" if actor.has_perm("catalog.change_term") else NOT_YOURS

    def say(self, *, actor: User, key: Key, found: Found | None, changes: Row) -> None:
        first, kind, second = key
        term, other = named("term", Term, first), named("other", Term, second)
        relate_terms(term=term, kind=kind, other=other, actor=actor)


def _kept(key: Key) -> Key:
    first, kind, second = key
    if kind not in KINDS:
        return key
    kind, first, second = relation(kind, first, second)
    return first, kind, second
