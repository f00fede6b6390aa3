"""`manage.py up`: the whole portal in one program; with `--demo`, with a company in it."""

import contextlib
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.module_loading import import_string

from govportal import supervisor
from govportal.administrators import ensure_administrator
from govportal.celery import app
from govportal.collected import collect_static
from govportal.progress import step


class Command(BaseCommand):
    help = "Start web, worker and clock, and keep them running until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="build the demo company in it")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        supervisor.catch_signals()
        try:
            up(demo=demo)
        except supervisor.Failed as error:
            sys.exit(str(error))


def up(*, demo: bool) -> None:
    """Prepare database and static files, start everything, and keep it running until somebody stops us."""
    host, port = supervisor.address()
    url = supervisor.url(host, port)
    with supervisor.alone(url):
        supervisor.check_free(host, port)
        prepare()
        if not demo:
            ensure_administrator()
        close_connections()
        with contextlib.suppress(supervisor.Stopped), supervisor.running(host, port) as children:
            if demo:
                build_demo(url)
            welcome(url, demo=demo)
            supervisor.watch(children)


def close_connections() -> None:
    """Close the connection and end its pool's threads: there must be none when children are started."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


def prepare() -> None:
    with step("Migrating the database"):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        declare_queue()
    with step("Collecting static files"):
        collect_static()


def declare_queue() -> None:
    """Make the broker's queue before worker and clock both try to."""
    with app.connection_for_write() as broker:
        app.amqp.queues[app.conf.task_default_queue].bind(broker.default_channel).declare()


def build_demo(url: str) -> None:
    with step("Building the demo company"):
        import_string("govportal.demo.build.build")(url)


def welcome(url: str, *, demo: bool) -> None:
    """Say where the portal is, and, for a demo, who may sign in."""
    print(f"\nThe portal is at {url}")
    if demo:
        for login in import_string("govportal.demo.build.LOGINS"):
            print(f"  {login}")
    print("Ctrl-C stops it; its data stays in var/.")
    sys.stdout.flush()
