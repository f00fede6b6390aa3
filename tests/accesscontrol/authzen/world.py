"""An enforcement point with a token, and vocabularies of other systems."""

import json

from django.contrib.auth.models import Group, Permission

from accesscontrol.policy.attributes import OWN, VOCABULARY, read_vocabulary
from tests.build import make_token, make_user

EVALUATION = "/access/v1/evaluation"
EVALUATIONS = "/access/v1/evaluations"
SUBJECT, RESOURCE, ACTION = (f"/access/v1/search/{name}" for name in ("subject", "resource", "action"))

RECORDS = {
    "user": {"role": {"type": "string"}},
    "resource": {"record": {"status": {"type": "string"}}},
    "env": {"soft": {"type": "boolean"}},
    "actions": {"delete": []},
    "entities": {
        "user": {"bob": {"role": "admin"}},
        "record": {"record-1": {"status": "active"}, "record-2": {"status": "archived"}},
    },
}


def widen(monkeypatch, more):
    """Add another system's vocabulary for the length of a test, as POLICY_ATTRIBUTES does at the start."""
    wider = read_vocabulary(OWN, more)
    for part in ("user", "env", "resources", "actions", "entities"):
        mine = getattr(VOCABULARY, part)
        for name, about in getattr(wider, part).items():
            if name not in mine:
                monkeypatch.setitem(mine, name, about)


class Pep:
    """Somebody who asks, by a token that may only read."""

    def __init__(self, client, username, *permissions, **attributes):
        self.client = client
        self.user = make_user(username, **attributes)
        if permissions:
            group = Group.objects.create(name=f"rights of {username}")
            group.permissions.set(Permission.objects.filter(codename__in=permissions))
            self.user.groups.add(group)
        self.token = make_token(self.user, "read")

    def post(self, address, body, **headers):
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        return self.client.post(address, json.dumps(body), content_type="application/json", headers=sent)

    def answer(self, address, body, status=200):
        answer = self.post(address, body)
        assert answer.status_code == status, answer.content
        return answer.json()

    def decision(self, subject, action, resource, **more):
        body = {"subject": subject, "action": action, "resource": resource, **more}
        return self.answer(EVALUATION, body)["decision"]


def user(name, **properties):
    return {"type": "user", "id": name, **({"properties": properties} if properties else {})}


def thing(code, kind="asset", **properties):
    return {"type": kind, "id": str(code), **({"properties": properties} if properties else {})}


def does(name, **properties):
    return {"name": name, **({"properties": properties} if properties else {})}


def names(found):
    return [each.get("id", each.get("name")) for each in found["results"]]


ONE, TWO = thing("record-1", "record"), thing("record-2", "record")
ARCHIVED = thing("record-2", "record", status="archived")
BODY = {"subject": user("alice"), "action": does("read"), "resource": ONE}
