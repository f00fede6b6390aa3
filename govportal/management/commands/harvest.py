"""`manage.py harvest SOURCE`: read a source, and say what changed."""

from argparse import BooleanOptionalAction
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accesscontrol.refusal import Refused
from catalog.harvest.models import Harvest
from catalog.harvest.reads import in_order
from catalog.history.models import SchemaVersion
from catalog.history.words import sentence
from catalog.sources.services import submit_harvest
from govportal.commandline import actor, add_actor, find_source, follow, worker_is_up
from stewardship.jobs.models import Job

MOST_LISTED = 100


class Command(BaseCommand):
    help = "Harvest a source, and say what changed. Ends with status 1 when it failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="its name, or its code")
        parser.add_argument("--thorough", action="store_true", help="list all, whatever the probe says")
        parser.add_argument("--accept-removals", action="store_true", help="let the fail-safe pass")
        parser.add_argument("--wait", action=BooleanOptionalAction, default=True, help="until it ends")
        add_actor(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        who = actor(options["username"])
        source = find_source(options["source"])
        asked = {name: options[name] for name in ("thorough", "accept_removals")}
        try:
            job = submit_harvest(source=source, actor=who, **asked)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if not options["wait"]:
            waits = "" if worker_is_up() else " No worker is up: it waits for one."
            self.stdout.write(f"The harvest of {source.name} is queued as job {job.code}.{waits}")
            return
        job = follow(job, self.stdout.write)
        self.tell(job)
        if job.state != Job.State.SUCCEEDED:
            raise CommandError(job.message or job.get_state_display())

    def tell(self, job: Job) -> None:
        """What the harvest saw of each database, and what changed; a first sight is only counted."""
        harvest = Harvest.objects.filter(job=job).first()
        if harvest is None:
            return
        for scope in harvest.databases:
            said = f" {scope['message']}" if scope["message"] not in {"", job.message} else ""
            self.stdout.write(f"{scope['database']}: {scope['state']}, {scope['listed']} listed.{said}")
        rows = in_order(
            SchemaVersion.objects.filter(harvest=harvest).exclude(event=SchemaVersion.Event.FIRST)
        )
        for version in rows[:MOST_LISTED]:
            told = "; ".join(map(sentence, version.changes)) if version.event == "changed" else ""
            impact = f" ({version.impact})" if version.impact else ""
            self.stdout.write(
                f"  {version.event:8} {version.asset.name}{impact}{': ' + told if told else ''}"
            )
        if (more := rows.count() - MOST_LISTED) > 0:
            self.stdout.write(f"  … and {more} more: {harvest.get_absolute_url()}")
