"""A scratch database, to ask PostgreSQL itself what a view reads."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.catalog.connectors.servers import Scratch, database_on, server_of_the_suite


@pytest.fixture(scope="module")
def scratch() -> Iterator[Scratch]:
    """A database that the tests of one file share."""
    with database_on(server_of_the_suite(), f"columns_{uuid4().hex[:12]}") as made:
        yield made
