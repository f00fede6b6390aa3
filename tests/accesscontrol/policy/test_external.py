"""Other systems' resources join the vocabulary by a file; what is wrong with it is said at the start."""

import os
import subprocess
import sys

import pytest
import yaml

from accesscontrol.policy.attributes import OWN, VOCABULARY, read_vocabulary
from accesscontrol.policy.document import read_policy
from accesscontrol.policy.external import VocabularyError, external_content
from accesscontrol.policy.rules import RuleSet
from accesscontrol.policy.values import PolicyError

MORE = {
    "user": {"role": {"type": "string"}},
    "resource": {"record": {"status": {"type": "string", "label": "Status"}}, "bare": None},
    "env": {"soft": {"type": "boolean"}},
    "actions": {"delete": ["remove"], "purge": None},
    "entities": {"user": {"bob": {"role": "admin"}}, "record": {"record-1": {"status": "active"}, 7: None}},
}
DELETE = {
    "name": "soft-delete",
    "actions": ["remove"],
    "resource_types": ["record"],
    "conditions": [
        {"attribute": "env.soft", "operator": "==", "value": True},
        {"attribute": "resource.status", "operator": "!=", "value": "archived"},
    ],
}


def test_the_vocabulary_grows_and_policies_may_speak_of_it():
    wider = read_vocabulary(OWN, MORE)

    rules = RuleSet([read_policy(DELETE, vocabulary=wider)])
    situation = {"user": {}, "resource": {"status": "active"}, "env": {"soft": True}}

    assert wider.find("user.role", ["record"]).label == "role"
    assert wider.resources["asset"] == VOCABULARY.resources["asset"]
    assert wider.actions["remove"] == "delete"
    assert wider.entities["record"] == {"record-1": {"status": "active"}, "7": {}}
    assert rules.decide("record", "delete", situation).allowed
    assert not rules.decide("record", "delete", {**situation, "env": {"soft": False}}).allowed
    with pytest.raises(PolicyError, match="record"):
        read_policy(DELETE)  # the portal's own vocabulary is as it was


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"users": {}}, "the file: 'users' is not known here"),
        ({"user": ["role"]}, "user: must be names with values"),
        ({"user": {"clearance": {"type": "integer"}}}, "user.clearance: is the portal's own"),
        ({"env": {"time": {"type": "datetime"}}}, "env.time: is the portal's own"),
        ({"resource": {"asset": {}}}, "resource.asset: is the portal's own"),
        ({"resource": {"a b": {}}}, "resource: 'a b' is not a name"),
        ({"user": {"role": {"type": "text"}}}, "user.role: type must be one of address, boolean, datetime"),
        ({"user": {"role": {"type": "string", "column": "x"}}}, "user.role: 'column' is not known here"),
        ({"user": {"role": {"type": "string", "levels": ["a"]}}}, "user.role: only an integer has levels"),
        ({"actions": {"read": []}}, "actions.read: is an action already"),
        ({"actions": {"drop": ["burn"], "burn": []}}, "actions.burn: is an action already"),
        ({"actions": {"drop": "burn"}}, "actions"),
        ({"actions": {1: []}}, "actions: 1 is not a name"),
        ({"entities": {"asset": {"a": {}}}}, "entities.asset: is no resource type of this file"),
        (
            {"resource": {"r": {}}, "entities": {"r": {"1": {"x": 1}}}},
            "entities.r.1: 'x' is not known here; known are none",
        ),
    ],
)
def test_a_fault_of_the_file_is_named(more, message):
    with pytest.raises(VocabularyError) as error:
        read_vocabulary(OWN, more)

    assert str(error.value).startswith("POLICY_ATTRIBUTES: ")
    assert message in str(error.value)


def test_the_file_is_read_where_the_variable_says(tmp_path):
    path = tmp_path / "more.yaml"
    path.write_text(yaml.safe_dump(MORE))

    assert external_content({"POLICY_ATTRIBUTES": str(path)}) == MORE
    assert external_content({}) == {}


@pytest.mark.parametrize("content", [None, b"a: [", b"\xff\xfe\xfa", b"- 1\n"])
def test_a_file_that_does_not_read_is_named(tmp_path, content):
    path = tmp_path / "more.yaml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(VocabularyError, match=r"more\.yaml"):
        external_content({"POLICY_ATTRIBUTES": str(path)})


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [("resource: {record: {}}", 0, "record"), ("resource: {asset: {}}", 1, "the portal's own")],
)
def test_the_portal_starts_with_the_file_or_says_why_not(tmp_path, text, code, said):
    path = tmp_path / "more.yaml"
    path.write_text(text)
    script = "from accesscontrol.policy.attributes import VOCABULARY; print(*VOCABULARY.resources)"

    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "POLICY_ATTRIBUTES": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == code
    assert said in run.stdout + run.stderr
