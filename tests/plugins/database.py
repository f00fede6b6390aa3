"""What the test database needs beyond Django, and how tests count queries."""

from typing import Any

import pytest
from django.conf import settings
from django.db.backends.postgresql.operations import DatabaseOperations

# Pages name their files unhashed in tests; hashing is tested where it is done.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
# Argon2 is slow on purpose; a test that makes five users need not wait for it.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_sql_flush = DatabaseOperations.sql_flush


def flush_append_only_too(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
    """Empty the tables as Django does, past the triggers that keep the audit table append-only."""
    statements = _sql_flush(self, style, tables, **options)
    return ["SET LOCAL session_replication_role = replica", *statements] if statements else []


DatabaseOperations.sql_flush = flush_append_only_too  # type: ignore[method-assign]


@pytest.fixture
def query_count(django_assert_num_queries: Any) -> Any:
    """`with query_count(7): ...` fails, listing the queries, unless it took exactly seven."""
    return django_assert_num_queries
