from collections.abc import Iterator

import pytest

from tests.catalog.usage.counting_server import Counting, counting_shop


@pytest.fixture
def shop(db: None) -> Iterator[Counting]:
    """A shop on a server that counts its statements."""
    with counting_shop() as made:
        yield made
