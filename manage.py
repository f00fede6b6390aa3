#!/usr/bin/env python
"""Django's commands, on the portal's own PostgreSQL unless DATABASE_URL names another."""

import os
import sys
from contextlib import nullcontext

from django.core.management import execute_from_command_line

from govportal.embedded import Broken, ensure_environment
from govportal.progress import step

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govportal.settings")
    announced = step if sys.argv[1:2] == ["up"] else nullcontext
    try:
        with announced("Starting PostgreSQL"):
            ensure_environment()
    except Broken as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)
