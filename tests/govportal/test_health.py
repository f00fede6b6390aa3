import time

import pytest
from django.core.cache import cache
from django.db import connection

from govportal import pulse

NO_CACHE = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
}


@pytest.fixture(autouse=True)
def no_pulse(db):
    cache.delete(pulse.KEY)


def test_all_three_are_up(client):
    pulse.write()

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"web": "ok", "database": "ok", "worker": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_no_worker_was_ever_there(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["worker"]) == (503, "no pulse yet")


def test_the_worker_has_gone(client):
    cache.set(pulse.KEY, time.time() - 61)

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["worker"]) == (503, "no pulse for 61 seconds")


def test_a_cache_that_is_away_leaves_the_page_standing(client, settings):
    settings.CACHES = NO_CACHE

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["worker"] == "unknown: the cache does not answer"


def test_a_worker_outlives_a_cache_that_is_away(settings, transactional_db):
    settings.CACHES = NO_CACHE

    pulse.beat()


def test_a_database_that_is_away_is_named(client, transactional_db):
    connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "/nonexistent")
        answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json()["database"] == "does not answer"


def test_health_is_only_read(client):
    assert client.post("/healthz").status_code == 405
