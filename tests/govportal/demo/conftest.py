"""A throw-away server with the company on it."""

import os
from collections.abc import Iterator

import pytest

from govportal.demo.company import create_databases
from govportal.demo.pipeline import run
from govportal.demo.server import DATABASES
from govportal.embedded import throw_away
from tests.govportal.demo.built import AUTHORITY, TODAY, TOKEN, Company, Listener, checksum, listening


@pytest.fixture
def listener() -> Iterator[Listener]:
    yield from listening()


def servers() -> list[str]:
    """The embedded PostgreSQL, and another where DEMO_SERVER_URL names one; its demo databases go."""
    other = os.environ.get("DEMO_SERVER_URL")
    return ["embedded", other] if other else ["embedded"]


@pytest.fixture(scope="session", params=servers())
def company(request: pytest.FixtureRequest) -> Iterator[Company]:
    server_url = throw_away() if request.param == "embedded" else request.param
    checksums = []
    for listener in listening():
        for _ in range(2):
            listener.events.clear()
            listener.requests.clear()
            create_databases(server_url, print, TODAY)
            night = run(server_url, listener.url, TOKEN, print, authority=AUTHORITY)
            checksums.append({name: checksum(server_url, name) for name in DATABASES})
        yield Company(server_url, night, listener, checksums)
