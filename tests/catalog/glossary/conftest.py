"""Sofia and henrik are stewards, lena and vera look; lena reviews."""

from collections.abc import Callable
from typing import Any

import pytest

from accesscontrol.identity.models import User
from catalog.glossary.models import Term
from catalog.glossary.services import save_term
from tests.build import make_user


@pytest.fixture
def sofia(everybody_sees: None) -> User:
    return make_user("sofia", "steward", full_name="Sofia Marino")


@pytest.fixture
def henrik(everybody_sees: None) -> User:
    return make_user("henrik", "steward")


@pytest.fixture
def lena(everybody_sees: None) -> User:
    return make_user("lena", "analyst")


@pytest.fixture
def make_term(sofia: User) -> Callable[..., Term]:
    """A draft that sofia wrote."""

    def make(slug: str, **changes: Any) -> Term:
        said = {"name": slug.replace("-", " ").capitalize(), "definition": f"What {slug} means."}
        return save_term(actor=sofia, changes={"slug": slug, **said, **changes})

    return make
