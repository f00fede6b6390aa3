from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.domains.holding import hold_tree
from catalog.domains.tree import would_circle
from catalog.editing.stale import Stale
from catalog.glossary.facts import TermDeleted, TermSaved
from catalog.glossary.models import Term
from catalog.glossary.wording import tidied

TEXT = ("name", "definition", "synonyms", "abbreviation")
PLACE = ("slug", "parent", "domain")
PEOPLE = ("owner", "reviewers")
EDITABLE = {*TEXT, *PLACE, *PEOPLE}
OF_AN_AUTHOR = {*TEXT, *PLACE}  # who may not change terms names nobody who decides about their own


@transaction.atomic
def save_term(
    *,
    actor: User,
    changes: Mapping[str, Any],
    term: Term | None = None,
    version: int | None = None,
    writers: Collection[int] = (),
) -> Term:
    """Add a term, or apply `changes` to `term`, and say what was before.

    Who changes the text is one of its authors, and so are `writers`; text that was approved goes back into
    review. `version` is the one that was looked at. Raises Stale, or ValidationError by attribute.
    """
    hold_tree(Term)
    row = _current(term, version)
    before = content(row) if term else None
    people = changes.get("reviewers", row.reviewers.all() if term else ())
    _put(row, changes, actor)
    after = content(row, sorted(person.username for person in people))
    if before != after:
        if before is None or any(before[name] != after[name] for name in TEXT):
            rewrite(row, actor, writers)
        check(row)
        row.version += before is not None
        row.save()
        row.reviewers.set(people)
        note_saved(row, actor, before, after)
    return row


@transaction.atomic
def delete_term(*, term: Term, actor: User) -> None:
    """Remove a term with its relations and links. Raises Refused while terms stand below it."""
    hold_tree(Term)
    row = Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
    if row.children.exists():
        raise Refused("Terms stand below it. Move or delete them first.")
    fact = TermDeleted(subject=str(row.code), actor=actor.username, before=content(row))
    row.delete()
    record(fact)


def locked(term: Term, version: int | None = None) -> Term:
    """The row as it is now, kept from others. Raises Stale when `version` is not its version."""
    row = Term.objects.select_for_update(of=("self",)).select_related("domain", "parent", "owner")
    current = row.get(pk=term.pk)
    if version is not None and version != current.version:
        raise Stale(current)
    return current


def _current(term: Term | None, version: int | None) -> Term:
    return locked(term, version) if term else Term()


def _put(row: Term, changes: Mapping[str, Any], actor: User) -> None:
    allowed = EDITABLE if actor.has_perm("catalog.change_term") else OF_AN_AUTHOR
    unknown = sorted(changes.keys() - allowed)
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "This cannot be changed by you."))
    for name in changes.keys() - {"reviewers"}:
        setattr(row, name, tidied(name, changes[name]) if name in TEXT else changes[name])


def rewrite(row: Term, actor: User, writers: Collection[int] = ()) -> None:
    """Its text is new: who wrote it cannot approve it, and what was approved is in review again."""
    earlier = row.authors if row.approved_by_id is None else []
    row.authors = list(dict.fromkeys([*(pk for pk in (*earlier, *writers) if pk != actor.pk), actor.pk]))
    put_status(row, Term.Status.IN_REVIEW if row.status == Term.Status.APPROVED else row.status)


def put_status(row: Term, status: str) -> None:
    """What was agreed to holds no longer where a text is on its way again."""
    row.status = status
    row.submitted_at = timezone.now() if status == Term.Status.IN_REVIEW else None
    if status in {Term.Status.DRAFT, Term.Status.IN_REVIEW}:
        row.approved_by = row.approved_at = None


def check(row: Term) -> None:
    """Raise ValidationError by attribute for what cannot be kept; the database refuses the same."""
    row.clean_fields(exclude=["code", "authors"])
    row.validate_unique()
    if row.status != Term.Status.DRAFT and not row.definition:
        raise ValidationError({"definition": "Only a draft may be without a definition."})
    beside = Term.objects.filter(parent=row.parent_id).exclude(pk=row.pk).annotate(low=Lower("name"))
    if beside.filter(low=Lower(Value(row.name))).exists():
        raise ValidationError({"name": "There is a term of this name at this place already."})
    if row.pk and would_circle(dict(Term.objects.values_list("pk", "parent")), row.pk, row.parent_id):
        raise ValidationError({"parent": "It would stand in itself."})


def note_saved(row: Term, actor: User, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    """Say that it is new, or what differs."""
    if before is not None:
        differing = [name for name in after if before[name] != after[name]]
        before = {name: before[name] for name in differing}
        after = {name: after[name] for name in differing}
    record(
        TermSaved(
            subject=str(row.code), actor=actor.username, before=before, after=after, version=row.version
        )
    )


def content(row: Term, reviewers: list[str] | None = None) -> dict[str, Any]:
    """What the log keeps of a term."""
    if reviewers is None:
        reviewers = sorted(person.username for person in row.reviewers.all())
    return {
        "slug": row.slug,
        "name": row.name,
        "definition": row.definition,
        "synonyms": list(row.synonyms),
        "abbreviation": row.abbreviation,
        "parent": row.parent.slug if row.parent else None,
        "domain": row.domain.slug if row.domain else None,
        "owner": row.owner.username if row.owner else None,
        "reviewers": reviewers,
    }
