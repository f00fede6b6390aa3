"""`python -m govportal harvest shop`: the portal's own commands, beside a running portal or without one."""

import os
import sys

from django.core.management import execute_from_command_line

from govportal.embedded import Broken, ensure_environment

COMMANDS = ("ddl_capture", "harvest", "sources")
USAGE = f"usage: python -m govportal {{{','.join(COMMANDS)}}} … (each explains itself with --help)"


def main() -> None:
    """Run one of our commands on the portal's own PostgreSQL unless DATABASE_URL names another."""
    if sys.argv[1:2] in ([], ["-h"], ["--help"]):
        print(USAGE)
        sys.exit(0 if sys.argv[1:] else 2)
    if sys.argv[1] not in COMMANDS:
        sys.exit(f"There is no command “{sys.argv[1]}”. {USAGE}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govportal.settings")
    try:
        ensure_environment()
    except Broken as error:
        sys.exit(str(error))
    execute_from_command_line(["govportal", *sys.argv[1:]])


if __name__ == "__main__":
    main()
