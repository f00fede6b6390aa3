"""A throw-away PostgreSQL for the suite, and what every test may ask for (see tests/plugins/)."""

import os

import django
from hypothesis import HealthCheck, settings

from govportal.embedded import throw_away

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govportal.settings")
os.environ.setdefault("SECRET_KEY", "only the tests know this key")
os.environ["DATABASE_POOL"] = "0"  # a test ends its connection; a pool would keep it
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = throw_away()  # inherited by the workers of pytest-xdist
django.setup()
# A property holds however slow the machine is; the rest is as hypothesis has it, here and in CI.
settings.register_profile(
    "patient",
    settings.get_profile("ci" if os.environ.get("CI") else "default"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")

pytest_plugins = [
    "tests.plugins.database",
    "tests.plugins.work",
    "tests.plugins.browser",
    "tests.plugins.services",
]
