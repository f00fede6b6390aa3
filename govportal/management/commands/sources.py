"""`manage.py sources list|add|test|export`: the sources of the portal at the terminal."""

import os
from argparse import FileType
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.connectors.errors import ConnectorError
from catalog.connectors.protocol import ServerFacts
from catalog.sources.document import WrongDocument, entries, filled, load, write
from catalog.sources.importing import import_sources, written
from catalog.sources.models import Source
from catalog.sources.services import test_source
from govportal.commandline import actor, add_actor, find_source


class Command(BaseCommand):
    help = "List, add, test and export sources."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="every source, and how it stands")
        add = verbs.add_parser("add", help="add or change the sources of a YAML or JSON file, all or none")
        add.add_argument(
            "file",
            type=FileType(encoding="utf-8"),
            help="- reads the standard input; ${NAME} is the environment's",
        )
        test = verbs.add_parser(
            "test", help="sign in, and say what is missing; status 1 when it cannot be read"
        )
        export = verbs.add_parser("export", help="write a source as YAML, without its secret")
        for each in (test, export):
            each.add_argument("source", help="its name, or its code")
        for each in (add, test):
            add_actor(each)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        lines = {"list": listed, "add": added, "test": tested, "export": exported}[verb](options)
        for line in lines:
            self.stdout.write(line)


def listed(options: dict[str, Any]) -> Iterator[str]:
    rows = [("Name", "Kind", "State", "Schedule", "Last read"), *map(row, Source.objects.all())]
    widths = [max(len(each[at]) for each in rows) for at in range(len(rows[0]))]
    for each in rows:
        yield "  ".join(text.ljust(width) for text, width in zip(each, widths, strict=True)).rstrip()


def row(source: Source) -> tuple[str, ...]:
    read = f"{source.harvested_at:%Y-%m-%d %H:%M}" if source.harvested_at else "never"
    return source.name, source.kind, source.state, source.schedule or "when asked", read


def added(options: dict[str, Any]) -> Iterator[str]:
    who = actor(options["username"])
    with options["file"] as file:
        text = file.read()
    try:
        done = import_sources(entries=entries(filled(load(text), os.environ)), actor=who)
    except WrongDocument as error:
        raise CommandError("Nothing was saved.\n" + "\n".join(map(str, error.problems))) from None
    for each in done:
        yield f"{each.outcome:9} {each.name}"


def tested(options: dict[str, Any]) -> Iterator[str]:
    source = find_source(options["source"])
    try:
        found = test_source(source=source, actor=actor(options["username"]))
    except ConnectorError as error:
        where = f"{error.field}: " if error.field else ""
        raise CommandError(f"{source.name} cannot be read. {where}{error.message}") from None
    yield from answer(found)


def answer(found: ServerFacts) -> Iterator[str]:
    """What the source said, one thing a line."""
    yield f"{found.product}, as {found.user}"
    yield f"Databases: {', '.join(found.databases)}"
    for check in found.checks:
        sign = "ok     " if check.ok else "missing" if check.needed else "could  "
        yield f"{sign} {check.name}{': ' + check.message if check.message else ''}"
        if check.remedy and not check.ok:
            yield f"        {check.remedy}"
    for warning in found.warnings:
        yield f"Note: {warning}"


def exported(options: dict[str, Any]) -> Iterator[str]:
    yield write(written(find_source(options["source"]))).rstrip()
