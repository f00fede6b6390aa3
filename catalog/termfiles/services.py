from __future__ import annotations

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.display.sheet import sheet
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.domains.holding import hold_tree
from catalog.domains.models import Domain
from catalog.glossary.models import Term, TermRelation
from catalog.glossary.relating import sides
from catalog.glossary.services import TEXT, content, note_saved, put_status, rewrite
from catalog.glossary.wording import joined
from catalog.termfiles.facts import TermsExported, TermsImported
from catalog.termfiles.planning import CHANGED, ERROR, NEW, SAME, Planned, Relation, plan, relation
from catalog.termfiles.sheets import COLUMNS, Row

WRITTEN = (
    *TEXT,
    "domain",
    "owner",
    "status",
    "authors",
    "submitted_at",
    "approved_by",
    "approved_at",
    "version",
    "updated_at",
)
BATCH = 200


class WrongRows(Exception):
    """Some rows cannot be kept; `plans` has all of them."""

    def __init__(self, plans: list[Planned]) -> None:
        super().__init__("Some rows cannot be kept.")
        self.plans = plans


def import_terms(
    *, rows: list[Row], actor: User, may_add: bool = True, may_change: bool = True
) -> list[Planned]:
    """Add or change the terms of a file; raises WrongRows, and then nothing is written."""
    try:
        with transaction.atomic():
            return _import(rows, actor, may_add, may_change)
    except IntegrityError as error:
        raise Refused("Two rows get in each other's way. Import them in two files.") from error


def _import(rows: list[Row], actor: User, may_add: bool, may_change: bool) -> list[Planned]:
    hold_tree(Term)
    list(Term.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    plans = plan(rows=rows, may_add=may_add, may_change=may_change)
    if any(each.outcome == ERROR for each in plans):
        raise WrongRows(plans)
    touched = [each for each in plans if each.outcome != SAME]
    if touched:
        _Writer(touched, actor).write()
    numbers = {name: sum(each.outcome == name for each in plans) for name in (NEW, CHANGED, SAME)}
    record(TermsImported(subject="glossary", actor=actor.username, **numbers))
    return plans


class _Writer:
    """Writes what was planned, in few statements."""

    def __init__(self, touched: list[Planned], actor: User) -> None:
        self.touched, self.actor = touched, actor
        self.terms = {row.slug: row for row in Term.objects.all()}
        self.domains = {row.slug: row for row in Domain.objects.all()}
        names = {name for each in touched for name in (each.after["owner"], *each.after["reviewers"])}
        self.people = {row.username: row for row in User.objects.filter(username__in=names - {None})}

    def write(self) -> None:
        changed = [each for each in self.touched if each.outcome == CHANGED]
        waiting = [each for each in self.touched if each.outcome == NEW]
        while waiting:  # new ones after what they stand below
            ready = [each for each in waiting if each.after["parent"] in {None, *self.terms}]
            made = Term.objects.bulk_create(self._filled(Term(slug=each.slug), each) for each in ready)
            self.terms |= {row.slug: row for row in made}
            waiting = [each for each in waiting if each.slug not in self.terms]
        rows = [self._filled(self.terms[each.slug], each) for each in changed]
        Term.objects.bulk_update(rows, ["parent"])  # in one statement, so that two may change places
        Term.objects.bulk_update(rows, WRITTEN, batch_size=BATCH)
        self._put_reviewers()
        self._put_relations()
        for each in self.touched:
            note_saved(self.terms[each.slug], self.actor, each.before, each.after)

    def _filled(self, row: Term, each: Planned) -> Term:
        after, before = each.after, each.before
        for name in TEXT:
            setattr(row, name, after[name])
        row.parent = self.terms[after["parent"]] if after["parent"] else None
        row.domain = self.domains[after["domain"]] if after["domain"] else None
        row.owner = self.people[after["owner"]] if after["owner"] else None
        if before is None or any(before[name] != after[name] for name in TEXT):
            rewrite(row, self.actor)
        if row.status != after["status"]:
            put_status(row, after["status"])
        row.version += before is not None
        row.updated_at = timezone.now()
        return row

    def _put_reviewers(self) -> None:
        through = Term.reviewers.through
        moved = [each for each in self.touched if "reviewers" in each.differing]
        through.objects.filter(term__in=[self.terms[each.slug] for each in moved]).delete()
        through.objects.bulk_create(
            through(term=self.terms[each.slug], user=self.people[name])
            for each in moved
            for name in each.after["reviewers"]
        )

    def _put_relations(self) -> None:
        """Take away what the file no longer says, and add what it says newly."""
        rows = TermRelation.objects.select_related("term", "other")
        present = {relation(row.kind, row.term.slug, row.other.slug): row.pk for row in rows}
        told = [each for each in self.touched if each.relations is not None]
        wanted = {one for each in told for one in each.relations or ()}
        slugs = {each.slug for each in told}
        gone = [pk for one, pk in present.items() if one[1] in slugs and one not in wanted]
        TermRelation.objects.filter(pk__in=gone).delete()
        TermRelation.objects.bulk_create(self._related(one) for one in sorted(wanted - present.keys()))

    def _related(self, one: Relation) -> TermRelation:
        kind, first, second = one
        term, other = sides(self.terms[first], kind, self.terms[second])
        return TermRelation(kind=kind, term=term, other=other)


@transaction.atomic
def export_terms(*, reader: User) -> str:
    """The glossary as a file that can be imported again; taking it away is a fact."""
    found = list(Term.objects.visible_to(reader).for_list().order_by("slug"))
    relations: dict[str, list[str]] = {}
    pairs = TermRelation.objects.filter(term__in=found, other__in=found)
    for kind, first, second in pairs.values_list("kind", "term__slug", "other__slug"):
        kind, first, second = relation(kind, first, second)
        relations.setdefault(first, []).append(f"{kind}: {second}")
    record(TermsExported(subject="glossary", actor=reader.username, rows=len(found)))
    return sheet(COLUMNS, (_cells(row, sorted(relations.get(row.slug, []))) for row in found))


def _cells(row: Term, relations: list[str]) -> list[object]:
    said = {**content(row), "status": row.status, "relations": relations}
    lists = {"synonyms", "reviewers", "relations"}
    return [joined(said[name]) if name in lists else said[name] for name in COLUMNS]
