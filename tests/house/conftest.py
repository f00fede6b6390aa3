"""One world for all the tests of a module: each question is taken back after its answer."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.catalog.scratch import scratch_database
from tests.house.world import World


@pytest.fixture(scope="module")
def bare_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """What everybody may know of, for tests marked `django_db`: theirs is a part of its transaction."""
    with django_db_blocker.unblock(), scratch_database() as scratch, transaction.atomic():
        made = World(scratch)
        made.begin()
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def without(bare_world: World) -> Callable[[Callable[[World], Any]], Any]:
    """`without(look)` is what `look` finds in a world where there is nothing to hide."""

    def ask(look: Callable[[World], Any]) -> Any:
        mark = transaction.savepoint()
        bare_world.pass_time()
        bare_world.after()
        found = look(bare_world)
        transaction.savepoint_rollback(mark)
        return found

    return ask


@pytest.fixture(scope="module")
def world(bare_world: World) -> World:
    """All that there is."""
    bare_world.hide()
    bare_world.after()
    return bare_world
