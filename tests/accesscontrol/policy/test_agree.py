"""One policy, three compilations: for one object, for one user, for a whole table. They agree.

POLICY_EXAMPLES sets how many random sets of policies are tried.
"""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.accesscontrol.policy.agree import assert_agreement, rule_set
from tests.accesscontrol.policy.world import ENVS, USERS, policy_sets, stock, stored_values

pytestmark = pytest.mark.django_db

ASKED_FOR = "POLICY_EXAMPLES" in os.environ
QUIET = settings(
    max_examples=int(os.environ.get("POLICY_EXAMPLES", "300")),
    deadline=None,
    database=None,
    derandomize=not ASKED_FOR,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def resources() -> dict[int, dict[str, Any]]:
    """A stock of assets with awkward values; its primary keys and stored attributes."""
    stock()
    return stored_values()


@QUIET
@given(policy_sets(), st.sampled_from(USERS), st.sampled_from(ENVS), st.sets(st.integers(0, 39), max_size=2))
def test_the_object_the_user_and_the_table_get_one_answer(resources, documents, user, env, granted):
    keys = sorted(resources)

    found = assert_agreement(
        resources,
        rule_set(documents),
        {"user": user, "env": env},
        frozenset(keys[place] for place in granted),
    )

    note(f"{documents} -> {sorted(found)}")
