"""Whatever a body holds, it is read or named as malformed; nothing else ever happens."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accesscontrol.authzen.assertions import asserted, stored_first
from accesscontrol.authzen.messages import (
    MOST_RESULTS,
    USUAL_RESULTS,
    Batch,
    Malformed,
    Question,
    read_batch,
    read_question,
    read_search,
)
from accesscontrol.policy.attributes import VOCABULARY
from accesscontrol.policy.semantics import typed

TEXTS = st.text(max_size=5) | st.sampled_from(["user", "asset", "view", "\0", "\ud800", "restricted"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
WORDS = "subject action resource context type id name properties evaluations options page token limit"
MORE_WORDS = "evaluations_semantic clearance roles department time network sensitivity"
NAMES = st.sampled_from([*WORDS.split(), *MORE_WORDS.split()])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)
BODY = {
    "subject": {"type": "user", "id": "vic"},
    "action": {"name": "view"},
    "resource": {"type": "asset", "id": "1"},
}
CHANGES = st.dictionaries(NAMES, JSON, max_size=4)


@given(st.one_of(JSON, CHANGES.map(lambda changes: {**BODY, **changes})))
def test_any_json_is_read_or_malformed(body):
    for read in (read_question, read_batch, *(lambda raw, w=w: read_search(raw, w) for w in BODY)):
        with contextlib.suppress(Malformed):
            read(body)


@given(st.lists(CHANGES, min_size=1, max_size=5))
def test_a_batch_has_an_answer_for_every_item(items):
    batch = read_batch({**BODY, "evaluations": items})

    assert isinstance(batch, Batch)
    assert len(batch.items) == len(items)
    assert all(isinstance(item, Question | Malformed) for item in batch.items)
    for item, sent in zip(batch.items, items, strict=True):
        if isinstance(item, Malformed):
            assert item.path.startswith("evaluations[")
        elif isinstance(sent.get("resource"), dict):
            assert item.resource.properties == (sent["resource"].get("properties") or {})


@given(st.dictionaries(NAMES, JSON, max_size=6))
def test_what_is_asserted_is_of_its_type_or_unknown(properties):
    for known in (VOCABULARY.user, VOCABULARY.resources["asset"], VOCABULARY.env):
        for name, value in asserted(properties, known).items():
            fits = (
                known[name].type in {"address", "datetime", "weekday"} or typed(value, known[name]) == value
            )
            assert value is None or value == "" or fits


@pytest.mark.parametrize(
    ("stored", "said", "known"),
    [
        ({"a": 1}, {"a": 2}, {"a": 1}),
        ({"a": None, "b": ""}, {"a": 2, "b": 3}, {"a": 2, "b": 3}),
        ({"a": False, "b": 0, "c": ()}, {"a": True, "b": 1, "c": ("x",)}, {"a": False, "b": 0, "c": ()}),
        ({}, {"a": 1}, {"a": 1}),
    ],
)
def test_what_is_stored_wins_even_when_it_is_false_or_nothing_listed(stored, said, known):
    assert stored_first(stored, said) == known


@pytest.mark.parametrize(
    ("page", "limit"),
    [({}, USUAL_RESULTS), (None, USUAL_RESULTS), ({"limit": 7}, 7), ({"limit": 10**9}, MOST_RESULTS)],
)
def test_a_page_has_a_length_of_our_choosing_at_most(page, limit):
    search = read_search({**BODY, "page": page}, "resource")

    assert (search.limit, search.token, search.question.resource.id) == (limit, "", "")
