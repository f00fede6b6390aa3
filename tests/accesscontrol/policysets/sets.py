"""Changes of policies for the tests of their life."""

from accesscontrol.policysets.models import PolicySet
from accesscontrol.policysets.reads import in_force
from accesscontrol.policysets.services import draft, note_effect, put_policy, submit

TABLES = {"attribute": "resource.kind", "operator": "==", "value": "table"}
DOCUMENT = {"name": "tables", "description": "Tables <b>.", "actions": ["read"], "conditions": [TABLES]}


def drafted(author, *documents, summary="Open the tables"):
    row = draft(summary=summary, author=author)
    for document in documents or (DOCUMENT,):
        row = put_policy(policy_set=row, document=document, actor=author)
    return row


def simulated(row):
    note_effect(policy_set=row, against=in_force().digest, effect={"gained": 1}, actor="tests")
    return PolicySet.objects.get(pk=row.pk)


def submitted(author, *documents):
    return submit(policy_set=simulated(drafted(author, *documents)), actor=author)
