"""A file of metadata at work: compared with what is said, then carried out, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from itertools import groupby, islice
from operator import attrgetter

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from accesscontrol.audit.facts import Fact
from accesscontrol.audit.services import add_mark
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.editing.stale import Stale
from catalog.exchange.models import ImportRow, MetadataImport
from catalog.exchange.shapes import KINDS, Key, Row
from catalog.exchange.shelf import Found, Shelf
from catalog.exchange.shelves import SHELVES
from stewardship.jobs.kinds import JobFailed, Work

STEP = 200
MEANWHILE = "Somebody changed it since you looked."
CONTRADICTS = "It contradicts what is kept already."
LONGEST_NOTE = 1000
Expected, State = ImportRow.Expected, ImportRow.State
_import: ContextVar[str] = ContextVar("govportal_metadata_import", default="")


def mark(fact: Fact) -> dict[str, str]:
    """Return {"metadata_import": code} for what an import does."""
    code = _import.get()
    return {"metadata_import": code} if code else {}


add_mark(mark)


class Told:
    """What one row says, beside what is said by now."""

    def __init__(self, row: ImportRow, found: Found | None, actor: User) -> None:
        self.row, self.found, self.actor = row, found, actor
        self.shelf = SHELVES[row.kind]
        shape = KINDS[row.kind]
        self.key = shape.key_of(row.said)
        said = self.shelf.heard(actor, found, shape.said(row.said))
        known = found.said if found else {}
        self.changes: Row = {
            name: value for name, value in said.items() if name not in known or known[name] != value
        }
        self.before: Row = {name: known[name] for name in self.changes if name in known}

    @property
    def is_same(self) -> bool:
        return self.found is not None and not self.changes

    def refusal(self) -> str:
        return self.shelf.refusal(self.actor, self.found, self.changes)

    def say(self) -> None:
        """Raises Wrong."""
        self.shelf.say(actor=self.actor, key=self.key, found=self.found, changes=self.changes)


def sentences(error: Exception) -> str:
    """What is wrong, column by column."""
    if isinstance(error, IntegrityError | DataError):
        return CONTRADICTS
    if not isinstance(error, ValidationError):
        return str(error)[:LONGEST_NOTE]
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)[:LONGEST_NOTE]
    said = " ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
    return said[:LONGEST_NOTE]


WRONG = (ValidationError, Refused, IntegrityError, DataError)


def compare(*, batch: MetadataImport) -> None:
    """Say what each row would do: all is done, seen, and taken back. Nothing of it stays."""
    author = User.objects.get(pk=batch.author_id)
    rows = list(batch.rows.exclude(expected=Expected.WRONG))
    with transaction.atomic():
        for kind, some in groupby(rows, key=attrgetter("kind")):
            waiting = iter(some)
            while part := list(islice(waiting, STEP)):
                _compare(SHELVES[kind], part, author)
        transaction.set_rollback(True)
    ImportRow.objects.bulk_update(rows, ["expected", "note", "before", "asset", "version"], batch_size=500)


def _compare(shelf: Shelf, rows: Sequence[ImportRow], author: User) -> None:
    there = shelf.found(author, [KINDS[row.kind].key_of(row.said) for row in rows])
    for row in rows:
        found = there.get(KINDS[row.kind].key_of(row.said))
        if found:
            row.version, row.asset = found.version, found.asset
        try:
            with transaction.atomic():
                row.expected, row.note, row.before = _expected(Told(row, found, author))
        except WRONG as error:
            row.expected, row.note = Expected.WRONG, sentences(error)


def _expected(told: Told) -> tuple[ImportRow.Expected, str, Row]:
    if told.is_same:
        return Expected.SAME, "", {}
    if refusal := told.refusal():
        return Expected.REFUSED, refusal, told.before
    told.say()
    return (Expected.CHANGE if told.found else Expected.NEW), "", told.before


def carry_out(*, batch: MetadataImport, work: Work) -> None:
    """Do what waits; what was done before a crash is not done again. Raises JobFailed, Cancelled."""
    author, total = User.objects.get(pk=batch.author_id), batch.rows.count()
    token = _import.set(str(batch.code))
    try:
        for rows in _waiting(batch):
            if not User.objects.filter(pk=author.pk, is_active=True).exists():
                raise JobFailed("The account of who asked for it is closed.")
            _carry(batch, rows, author)
            left = batch.rows.waiting().count()
            work.progress(total - left, total, f"{total - left} of {total} looked at.")
    finally:
        _import.reset(token)


def _waiting(batch: MetadataImport) -> Iterator[list[ImportRow]]:
    """Some rows of one kind at a time."""
    while first := batch.rows.waiting().first():
        yield list(batch.rows.waiting().filter(kind=first.kind)[:STEP])


def _carry(batch: MetadataImport, rows: list[ImportRow], author: User) -> None:
    sound = [row for row in rows if row.expected != Expected.WRONG]
    there = SHELVES[rows[0].kind].found(author, [KINDS[row.kind].key_of(row.said) for row in sound])
    for row in rows:
        with transaction.atomic():
            if ImportRow.objects.select_for_update(of=("self",)).waiting().filter(pk=row.pk).first():
                _settle(batch, row, there, author)


def _settle(batch: MetadataImport, row: ImportRow, there: dict[Key, Found], author: User) -> None:
    """Do what can be done about one row, and keep what became of it."""
    try:
        with transaction.atomic():
            row.state, row.note = _outcome(batch, row, there, author)
    except Stale:
        row.state, row.note = State.STALE, MEANWHILE
    except WRONG as error:
        row.state, row.note = State.SKIPPED, sentences(error)
    row.save(update_fields=["state", "note"])


def _outcome(
    batch: MetadataImport, row: ImportRow, there: dict[Key, Found], author: User
) -> tuple[ImportRow.State, str]:
    if row.expected == Expected.WRONG:
        return State.SKIPPED, row.note
    found = there.get(KINDS[row.kind].key_of(row.said))
    told = Told(row, found, author)
    if told.is_same:
        return State.SAME, ""
    if (found.version if found else None) != row.version or (found and found.is_overtaken()):
        return State.STALE, MEANWHILE
    if refusal := told.refusal():
        if not (batch.propose and told.shelf.proposable and found):
            return State.SKIPPED, refusal
        told.shelf.propose(actor=author, found=found, changes=told.changes, reason=batch.reason)
        return State.PROPOSED, ""
    told.say()
    return State.DONE, ""
