"""Production is a matter of environment variables: refused when incomplete, clean when complete."""

import os
import subprocess
import sys

import pytest

from tests.house.rules import ROOT

COMPLETE = {
    "DATABASE_URL": "postgresql:///unused",
    "REDIS_URL": "redis://127.0.0.1:6379/15",
    "SECRET_KEY": "a key as long and as random as Django wants it to be: 0123456789 abcdefg",
    "ALLOWED_HOSTS": "portal.example.org",
    "PORTAL_URL": "https://portal.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
}


def manage(*arguments, **environment):
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    line = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        line, cwd=ROOT, env={**known, **environment}, capture_output=True, text=True, check=False
    )


def test_a_complete_environment_passes_djangos_deployment_check():
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **COMPLETE)

    assert (checked.returncode, checked.stderr) == (0, "")


def test_without_a_secret_key_nothing_starts():
    refused = manage("check", **{**COMPLETE, "SECRET_KEY": ""})

    assert refused.returncode == 1
    assert "SECRET_KEY is not set" in refused.stderr


@pytest.mark.parametrize("name", ["REDIS_URL", "EMAIL_URL"])
def test_redis_and_mail_are_choices(name):
    assert manage("check", **{**COMPLETE, name: ""}).returncode == 0
