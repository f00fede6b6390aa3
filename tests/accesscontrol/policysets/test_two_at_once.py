"""Two people at the same moment: what was approved against other policies is never put in force."""

from threading import Thread
from time import sleep

import pytest
from django.db import connection, transaction

from accesscontrol.policysets import services
from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import in_force
from accesscontrol.policysets.rows import one_at_a_time
from accesscontrol.refusal import Refused
from tests.accesscontrol.policysets.sets import DOCUMENT, submitted
from tests.build import make_user


def until_somebody_waits():
    """Return once another connection waits for a lock of ours; after ten seconds, fail."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone():
                return
        sleep(0.05)
    pytest.fail("Nobody waits.")


@pytest.mark.django_db(transaction=True)
def test_the_slower_of_two_activations_is_refused():
    ada, eve = make_user("ada", "administrator"), make_user("eve", "administrator")
    both = [submitted(ada, {**DOCUMENT, "name": name}) for name in ("one", "two")]
    first, second = (services.approve(policy_set=row, actor=eve, seen=row.digest) for row in both)
    said = []

    def activate_second():
        try:
            services.activate(policy_set=second, actor=ada)
            said.append("in force")
        except Refused as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    with transaction.atomic():
        one_at_a_time()  # the first is about to be put in force
        thread = Thread(target=activate_second)
        thread.start()
        until_somebody_waits()
        services.activate(policy_set=first, actor=ada)
    thread.join()

    assert in_force() == first
    assert PolicySet.objects.get(pk=second.pk).state == "approved"
    assert "Other policies were put in force meanwhile" in said[0]
