from collections.abc import Iterator

import pytest

from tests.catalog.enforcement.cast import Company
from tests.catalog.enforcement.governed import Shop, governed_shop


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    """A governed shop on the suite's own server."""
    with governed_shop() as made:
        yield made


@pytest.fixture
def company(shop: Shop) -> Company:
    """The shop as a harvested source, with a rule for its rows and a role that reads it."""
    return Company(shop)
