from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from accesscontrol.identity.models import User
from tests.build import make_policy, make_user
from tests.catalog.scratch import Scratch, scratch_database


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def sign_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return sign_in


@pytest.fixture
def everybody_sees(db: None) -> None:
    """A permit for all assets, so that roles alone decide."""
    make_policy("all", actions=["view", "change"])


@pytest.fixture
def ana(everybody_sees: None) -> User:
    """Ana runs the platform: she may add and harvest sources, and change assets."""
    return make_user("ana", "platform_engineer")


@pytest.fixture
def vera(everybody_sees: None) -> User:
    """Vera only looks."""
    return make_user("vera", "viewer")


@pytest.fixture(scope="session")
def one_scratch_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scratch]:
    with django_db_blocker.unblock(), scratch_database() as made:
        yield made


@pytest.fixture
def scratch_db(db: None, one_scratch_db: Scratch) -> Scratch:
    """An empty database to be harvested."""
    one_scratch_db.empty()
    return one_scratch_db
