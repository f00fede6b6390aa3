"""`python -m govportal search orders`: the portal's own commands, beside a portal or over HTTP."""

import os
import sys

import django
from django.core.management import execute_from_command_line

from govportal.client.portal import URL
from govportal.console.main import VERBS, elsewhere, run, run_harvest
from govportal.embedded import Broken, ensure_environment

HERE = ("ddl_capture", "harvest", "sources")  # Django's commands, on the portal's own machine
COMMANDS = sorted((*HERE, *VERBS))
USAGE = f"usage: govportal {{{','.join(COMMANDS)}}} … (each explains itself with --help)"


def main() -> None:
    """Run one of our commands: over HTTP where GOVPORTAL_URL is set, else on this machine's portal."""
    line = sys.argv[1:]
    if line[:1] in ([], ["-h"], ["--help"]):
        print(USAGE)
        sys.exit(0 if line else 2)
    if line[0] not in COMMANDS:
        print(f"There is no command “{line[0]}”. {USAGE}", file=sys.stderr)
        sys.exit(2)
    if elsewhere():
        sys.exit(over_http(line))
    here()
    if line[0] in VERBS:
        django.setup()
        sys.exit(run(line))
    execute_from_command_line(["govportal", *line])


def over_http(line: list[str]) -> int:
    if line[0] == "harvest":
        return run_harvest(line[1:])
    if line[0] in VERBS:
        return run(line)
    print(f"“{line[0]}” works on the portal's own machine only: unset {URL}.", file=sys.stderr)
    return 2


def here() -> None:
    """Use the portal's own PostgreSQL unless DATABASE_URL names another."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govportal.settings")
    try:
        ensure_environment()
    except Broken as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
