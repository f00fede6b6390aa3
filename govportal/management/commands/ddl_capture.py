"""`manage.py ddl_capture`: PostgreSQL tells the portal of changes of its schema at once."""

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accesscontrol.secrets.cipher import WrongKey
from catalog.connectors.errors import ConnectorError
from catalog.connectors.postgresql import ddl
from catalog.connectors.postgresql.session import Session
from catalog.connectors.postgresql.settings import PostgresSettings
from catalog.ddl import services
from catalog.sources.models import Source

ACTOR = "command line"
PASSWORD = "DDL_CAPTURE_PASSWORD"  # noqa: S105  # the name of a variable


class Command(BaseCommand):
    help = (
        "Have a PostgreSQL source tell of changes of its schema at once, through an event trigger. "
        "“script” and “removal” only print what a superuser would run; “install” and “remove” show it, ask, "
        "and run it in each database of the source; “on” and “off” only say whether the portal listens."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("do", choices=["script", "removal", "install", "remove", "on", "off"])
        parser.add_argument("source", help="the name of the source")
        parser.add_argument(
            "--user", help=f"the superuser that runs the script; its password is asked for, or in {PASSWORD}"
        )
        parser.add_argument("--yes", action="store_true", help="run the script without asking")

    def handle(self, *args: Any, do: str, source: str, **options: Any) -> None:
        row = Source.objects.filter(name=source, kind="postgresql").first()
        if row is None:
            raise CommandError(f"There is no PostgreSQL source “{source}”.")
        settings = PostgresSettings.parse(row.settings)
        script = ddl.removal() if do in {"removal", "remove", "off"} else ddl.script(settings.user)
        if do in {"script", "removal"}:
            self.stdout.write(script)
            return
        try:
            if do in {"install", "remove"}:
                self._run(row, settings, script, options)
            self._listen(row, do)
        except (ConnectorError, WrongKey) as error:
            raise CommandError(str(error)) from error

    def _run(self, row: Source, settings: PostgresSettings, script: str, options: dict[str, Any]) -> None:
        """Show the script, ask, and run it in each database."""
        user = options["user"] or settings.user
        self.stdout.write(script)
        where = f"{', '.join(settings.harvested)} of {settings.host}:{settings.port} as {user}"
        if not options["yes"] and input(f"Run this in {where}? [y/N] ").strip().lower() != "y":
            raise CommandError("Nothing was run.")
        session = Session(PostgresSettings.parse({**row.settings, "user": user}), self._secret(row, options))
        for database in settings.harvested:
            with session.changing(database) as connection:
                connection.execute(script.encode())
            self.stdout.write(f"Done in {database}.")

    def _secret(self, row: Source, options: dict[str, Any]) -> str:
        """The password of who runs the script; the source's own where it does so itself."""
        if not options["user"]:
            return row.open_secret()
        given = os.environ.get(PASSWORD)
        return given if given is not None else getpass.getpass(f"Password of {options['user']}: ")

    def _listen(self, row: Source, do: str) -> None:
        if do in {"remove", "off"}:
            services.stop_listening(source=row, actor=ACTOR)
            self.stdout.write("The portal listens to it no more.")
            return
        names = services.listen_to(source=row, actor=ACTOR)
        if not names:
            raise CommandError("No database of the source has the script installed and readable.")
        self.stdout.write(f"The portal listens to {', '.join(names)}.")
