"""What `export` and `import` do with a portal, wherever that is. Knows no Django."""

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from govportal.client import Job, Portal, PortalError
from govportal.client.metadata import ImportRow, MetadataImport
from govportal.console.output import plain, table

Say = Callable[[str], None]
OF_ROWS = ("kind", "number", "label", "expected", "note")
OF_OUTCOMES = ("kind", "number", "label", "state", "note")
MOST_LISTED = 100


def export(portal: Portal, options: Namespace, say: Say) -> None:
    """All that people said, or one kind of it as CSV: to a file, else to the terminal."""
    text = portal.metadata.export(options.kind)
    if options.output is None:
        say(text.rstrip("\n"))
        return
    try:
        options.output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise PortalError(f"{options.output} cannot be written: {error.strerror}.") from error
    say(f"Written to {options.output}.")


def hand_in(portal: Portal, options: Namespace, say: Say) -> None:
    """Show what a file would do; with --yes do it, and say what became of each row that was not written."""
    batch = portal.metadata.prepare(_text(options.file), kind=options.kind, title=options.file.name)
    if batch.preview:
        portal.wait(portal.jobs.get(batch.preview))
    batch = portal.metadata.get(batch.code)
    told = {name: number for name, number in asdict(batch.expected).items() if number}
    say(", ".join(f"{number} {name}" for name, number in told.items()) + ".")
    _list(portal, batch, {"wrong", "refused"}, say)
    if not options.yes:
        portal.metadata.discard(batch)
        say("Nothing is changed. Say --yes to carry it out.")
        return
    job = portal.metadata.start(batch, propose=bool(options.propose), reason=options.propose or "")
    portal.wait(job, tell=_teller(say))
    for state in ("skipped", "stale"):
        _table(OF_OUTCOMES, list(portal.metadata.rows(batch, state=state)), say)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PortalError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise PortalError(f"{file} is not UTF-8 text.") from error


def _list(portal: Portal, batch: MetadataImport, expected: set[str], say: Say) -> None:
    if not any(getattr(batch.expected, name) for name in expected):
        return
    rows = [row for row in portal.metadata.rows(batch) if row.expected in expected]
    _table(OF_ROWS, rows, say)


def _table(heading: Sequence[str], rows: Sequence[ImportRow], say: Say) -> None:
    if rows:
        say(table(heading, [[getattr(row, name) for name in heading] for row in rows[:MOST_LISTED]]))
    if len(rows) > MOST_LISTED:
        say(f"… and {len(rows) - MOST_LISTED} more: the page of the import lists all.")


def _teller(say: Say) -> Callable[[Job], None]:
    """Say how it ended."""

    def tell(job: Job) -> None:
        if not job.is_unfinished and job.message:
            say(plain(job.message))

    return tell
