"""Background work in tests: kept in memory, run only when a test asks for it."""

from collections.abc import Iterator

import pytest

from govportal.celery import app

app.conf.broker_url = "memory://"
app.conf.broker_transport_options = {}


@pytest.fixture
def eager() -> Iterator[None]:
    """Tasks run at once, in the process that enqueues them; for tests in which a page waits for a worker."""
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = app.conf.task_eager_propagates = False
