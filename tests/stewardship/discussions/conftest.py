import pytest

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from tests.build import make_asset, make_policy, make_user

SECRET = {"attribute": "resource.name", "operator": "==", "value": "shop.hr.salaries"}


@pytest.fixture
def ana(db: None) -> User:
    """Ana owns the orders."""
    return make_user("ana", "viewer", full_name="Ana Abel")


@pytest.fixture
def ben(db: None) -> User:
    return make_user("ben", "viewer", full_name="Ben Baker")


@pytest.fixture
def cleo(db: None) -> User:
    return make_user("cleo", "viewer")


@pytest.fixture
def zoe(db: None) -> User:
    """Zoe has an account and no role."""
    return make_user("zoe")


@pytest.fixture
def orders(ana: User) -> Asset:
    """Everybody with a role sees the orders; nobody the salaries."""
    make_policy()
    make_policy("hr", SECRET, effect="forbid")
    return make_asset(columns="id email", owner=ana)
