"""What each row of a file would do to the glossary. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from catalog.domains.models import Domain
from catalog.domains.people import PEOPLE
from catalog.domains.tree import would_circle
from catalog.glossary.kinds import KINDS
from catalog.glossary.models import Term, TermRelation
from catalog.glossary.services import TEXT, content
from catalog.glossary.wording import parted, tidied
from catalog.termfiles.sheets import Row

NEW, CHANGED, SAME, ERROR = "new", "changed", "same", "error"
NO_ADDING = "You may change terms, but not add one."
NO_CHANGING = "You may add terms, but not change this one."
REVIEWED = "Nobody approves by a file: it goes into review."
Relation = tuple[str, str, str]  # kind, and the slugs of the two as they are kept


@dataclass
class Planned:
    """A row of the file and what it would do to the term of its slug."""

    row: Row
    slug: str
    term: Term | None
    after: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] | None = None
    note: str = ""
    relations: set[Relation] | None = None

    @property
    def number(self) -> int:
        return self.row.line

    @property
    def outcome(self) -> str:
        if self.row.problems:
            return ERROR
        if self.term is None:
            return NEW
        return SAME if self.after == self.before else CHANGED

    @property
    def differing(self) -> list[str]:
        """What would be different."""
        return [name for name in self.after if self.before is None or self.before[name] != self.after[name]]


class Known:
    """What rows may name, read once."""

    def __init__(self, rows: Iterable[Row]) -> None:
        people = {
            name for row in rows for key in ("owner", "reviewers") for name in parted(row.cells.get(key, ""))
        }
        self.terms: dict[str, Term] = {
            row.slug: row
            for row in Term.objects.select_related("parent", "domain", "owner").prefetch_related("reviewers")
        }
        self.domains = {row.slug: row for row in Domain.objects.all()}
        self.people = {row.username: row for row in PEOPLE.filter(username__in=people)}
        self.relations: set[Relation] = {
            relation(kind, first, second)
            for kind, first, second in TermRelation.objects.values_list("kind", "term__slug", "other__slug")
        }


def relation(kind: str, first: str, second: str) -> Relation:
    """As it is written in a file: what reads the same from both sides stands where the slug is smaller."""
    if KINDS[kind].symmetric and second < first:
        first, second = second, first
    return kind, first, second


def plan(*, rows: list[Row], may_add: bool = True, may_change: bool = True) -> list[Planned]:
    """What each row would do; nothing is written."""
    known = Known(rows)
    plans = [_planned(row, known) for row in rows]
    _refuse_doubles(plans)
    _attributes(plans, known)
    _tree(plans, known)
    _relations(plans, known)
    for each in plans:
        if each.outcome == NEW and not may_add:
            each.row.wrong("slug", NO_ADDING)
        if each.outcome == CHANGED and not may_change:
            each.row.wrong("slug", NO_CHANGING)
    return plans


def _planned(row: Row, known: Known) -> Planned:
    name = tidied("name", row.cells.get("name", ""))
    slug = row.cells.get("slug", "").strip() or slugify(name)[:100]
    term = known.terms.get(slug)
    planned = Planned(row, slug, term)
    if term:
        planned.before = {**content(term), "status": term.status}
    return planned


def _refuse_doubles(plans: list[Planned]) -> None:
    seen: dict[str, int] = {}
    for each in plans:
        if each.slug in seen:
            each.row.wrong("slug", f"Row {seen[each.slug]} has the same short name.")
        seen.setdefault(each.slug, each.number)


def _attributes(plans: list[Planned], known: Known) -> None:
    slugs = known.terms.keys() | {each.slug for each in plans}
    for each in plans:
        blank = content(Term(), []) | {"status": Term.Status.DRAFT.value}
        each.after = {**(each.before or blank), "slug": each.slug}
        for name, cell in each.row.cells.items():
            if name not in {"slug", "status", "relations"}:
                each.after[name] = _value(each, name, cell, known, slugs)
        _status(each)
        _check(each)


def _value(each: Planned, name: str, cell: str, known: Known, slugs: Iterable[str]) -> Any:
    if name in TEXT:
        return tidied(name, parted(cell) if name == "synonyms" else cell)
    if name == "reviewers":
        return sorted({person for person in parted(cell) if _is_person(each, name, person, known)})
    one = cell.strip()
    if not one:
        return None
    if name == "owner":
        return one if _is_person(each, name, one, known) else None
    if one not in (slugs if name == "parent" else known.domains):
        each.row.wrong(name, f"There is no {'term' if name == 'parent' else 'domain'} “{one}”.")
    return one


def _is_person(each: Planned, name: str, person: str, known: Known) -> bool:
    """An open account, or one that stands there already."""
    present = (each.before or {}).get(name) or ()
    if person in known.people or person in ((present,) if isinstance(present, str) else present):
        return True
    each.row.wrong(name, f"There is nobody called “{person}”.")
    return False


def _status(each: Planned) -> None:
    """Nobody approves by a file: approved stays only what is so already, in these words."""
    now = each.after["status"]
    wanted = each.row.cells.get("status", "").strip().lower().replace(" ", "_") or now
    if wanted not in Term.Status.values:
        each.row.wrong("status", f"Known are {', '.join(Term.Status.values)}.")
        return
    same_words = each.before is not None and all(each.before[name] == each.after[name] for name in TEXT)
    if wanted == Term.Status.APPROVED and not (same_words and now == wanted):
        wanted, each.note = Term.Status.IN_REVIEW.value, REVIEWED
    each.after["status"] = wanted


def _check(each: Planned) -> None:
    """What one row alone can have wrong."""
    draft = Term(**{name: each.after[name] for name in (*TEXT, "slug", "status")})
    try:
        draft.clean_fields(exclude={f.name for f in Term._meta.fields} - {*TEXT, "slug", "status"})
    except ValidationError as error:
        for name, texts in error.message_dict.items():
            each.row.wrong(name, " ".join(texts))
    if each.after["status"] != Term.Status.DRAFT and not each.after["definition"]:
        each.row.wrong("definition", "Only a draft may be without a definition.")


def _tree(plans: list[Planned], known: Known) -> None:
    """No circle, and no name twice at one place, in the glossary as it would be."""
    parents = {slug: row.parent.slug if row.parent else None for slug, row in known.terms.items()}
    names = {slug: row.name for slug, row in known.terms.items()}
    parents |= {each.slug: each.after["parent"] for each in plans}
    names |= {each.slug: each.after["name"] for each in plans}
    there: dict[tuple[str | None, str], set[str]] = {}
    for slug, name in names.items():
        there.setdefault((parents[slug], name.lower()), set()).add(slug)
    for each in plans:
        if would_circle(parents, each.slug, each.after["parent"]):
            each.row.wrong("parent", "It would stand in itself.")
        if len(there.get((each.after["parent"], each.after["name"].lower()), ())) > 1:
            each.row.wrong("name", "There is a term of this name at this place already.")


def _relations(plans: list[Planned], known: Known) -> None:
    """A relation belongs to the row that a file would have it in; said elsewhere, it counts as well."""
    told = [each for each in plans if "relations" in each.row.cells]
    owners = {each.slug: set[Relation]() for each in told}
    slugs = known.terms.keys() | {each.slug for each in plans}
    for each in told:
        for said in _said(each, slugs):
            owners[said[1] if said[1] in owners else each.slug].add(said)
    kept = {row for row in known.relations if row[1] not in owners}
    final = kept.union(*owners.values())
    for each in told:
        wanted = owners[each.slug]
        present = {row for row in known.relations if row[1] == each.slug} | (wanted & known.relations)
        if each.before is not None:
            each.before["relations"] = _written(each.slug, present)
        each.after["relations"], each.relations = _written(each.slug, wanted), wanted
        if any((kind, second, first) in final for kind, first, second in wanted):
            each.row.wrong("relations", "This relation holds in one direction only.")


def _said(each: Planned, slugs: Iterable[str]) -> Iterable[Relation]:
    for text in parted(each.row.cells["relations"]):
        kind, _, other = (part.strip() for part in text.partition(":"))
        if kind not in KINDS:
            each.row.wrong("relations", f"“{text}”: write “is_a: slug”. Known: {', '.join(KINDS)}.")
        elif other not in slugs or other == each.slug:
            each.row.wrong("relations", f"There is no other term “{other}”.")
        else:
            yield relation(kind, each.slug, other)


def _written(slug: str, relations: Iterable[Relation]) -> list[str]:
    return sorted(f"{kind}: {second if first == slug else first}" for kind, first, second in relations)
