import pytest

from accesscontrol.identity.models import User
from tests.build import make_policy, make_user


@pytest.fixture
def ana(db: None) -> User:
    """Ana owns tables."""
    return make_user("ana", "viewer")


@pytest.fixture
def ben(db: None) -> User:
    return make_user("ben", "viewer")


@pytest.fixture
def everybody_sees(db: None) -> None:
    make_policy()
