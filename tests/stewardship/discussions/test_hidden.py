"""Whatever people and policies there are: nothing of what is said reaches who may not see the subject."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import assume, given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from accesscontrol.identity.models import Clearance, User
from accesscontrol.identity.services import save_user
from catalog.assets.models import Asset
from stewardship.discussions import reads
from stewardship.discussions.models import Post, Thread
from stewardship.notices.models import Notice
from stewardship.subjects.reads import seers
from tests.build import make_asset, make_grant, make_policy
from tests.stewardship.discussions.talking import about, answer, ask

pytestmark = pytest.mark.django_db
NAMES = ("ada", "ben", "cleo", "dan")
EVERYBODY = " ".join(f"@{name}" for name in NAMES)
WORD = "kx7gossip"
HERE = {"attribute": "env.network", "operator": "==", "value": "127.0.0.1"}
CLEARED = {"attribute": "user.clearance", "operator": ">=", "value_from": "resource.sensitivity"}


def says(attribute: str, operator: str, values: list[str]) -> Any:
    return some.sampled_from([{"attribute": attribute, "operator": operator, "value": one} for one in values])


PERSON = some.fixed_dictionaries(
    {
        "roles": some.sampled_from([("viewer",), ("steward",), ("administrator",), ()]),
        "department": some.sampled_from(["sales", "hr"]),
        "clearance": some.sampled_from(Clearance.values),
    }
)
CONDITION = some.one_of(
    says("user.department", "==", ["sales", "hr"]),
    says("resource.sensitivity", "<=", ["public", "internal", "confidential"]),
    some.sampled_from([HERE, CLEARED]),
)
RULES = some.lists(
    some.tuples(some.sampled_from(["permit", "forbid"]), some.lists(CONDITION, max_size=2)), max_size=3
)


class TestNothingReachesOthers(TestCase):
    @settings(max_examples=20)
    @given(
        people=some.tuples(*(PERSON for _ in NAMES)),
        rules=RULES,
        sensitivity=some.sampled_from([None, *Clearance.values]),
        writers=some.lists(some.sampled_from(NAMES), min_size=1, max_size=3),
        granted=some.sets(some.sampled_from(NAMES), max_size=2),
    )
    def test_whatever_the_policies(self, people, rules, sensitivity, writers, granted):
        users = {
            name: save_user(username=name, actor="tests", **each)
            for name, each in zip(NAMES, people, strict=True)
        }
        make_policy("first")
        asset = make_asset(sensitivity=sensitivity, owner=users["ada"])
        may_write = [name for name in writers if sees(users[name])]
        assume(may_write)
        thread = ask(asset, users[may_write[0]], f"{WORD} {EVERYBODY}")
        for name in may_write[1:]:
            answer(thread, users[name], f"{WORD} {EVERYBODY}")
        for number, (effect, conditions) in enumerate(rules):
            make_policy(f"p{number}" if number else "first", *conditions, effect=effect)
        for name in granted:
            make_grant(users[name], asset)

        seeing = {name for name, user in users.items() if sees(user)}
        agreed(users, asset, seeing)
        for name, user in users.items():
            kept_from(user, asset, thread, may=name in seeing)
        for name in sorted(seeing)[:1]:
            told_only_to(users, seeing - {name}, answer(thread, users[name], EVERYBODY))


def sees(user: User) -> bool:
    """The truth, of somebody of whose whereabouts nothing is known."""
    return user.has_perm("catalog.view_asset") and Asset.objects.visible_to(user).exists()


def agreed(users, asset, seeing):
    """The question for many at once has the answers of the question for each."""
    found = seers(subject=about(asset), people=User.objects.all())
    assert {name for name, user in users.items() if user.pk in found} == seeing


def kept_from(user, asset, thread, *, may):
    rows = [reads.threads(reader=user, tab="all"), Thread.objects.visible_to(user)]
    for each in (*rows, Post.objects.visible_to(user)):
        assert each.exists() is may
    if not may:
        assert not Notice.objects.visible_to(user).exists()
        assert not reads.waiting(user).exists()
    client = Client()
    client.force_login(user)
    if client.get(f"/catalog/assets/{asset.code}/").status_code == 200:
        return  # from where this page is asked for, the asset may be seen
    for address in (*pages(asset, thread), "/"):
        text = client.get(address).content.decode()
        assert WORD not in text, address
        assert not [name for name in NAMES if f"@{name}" in text], address
    for address in (f"/discussions/{thread.code}/answer/", f"/discussions/about/asset/{asset.code}/ask/"):
        assert client.post(address, {"text": "x", "kind": "question"}).status_code == 404


def pages(asset, thread):
    post = thread.posts.get(number=1)
    return (
        "/discussions/",
        "/discussions/?tab=mentions",
        "/discussions/export/",
        f"/discussions/{thread.code}/",
        f"/discussions/about/asset/{asset.code}/",
        f"/discussions/posts/{post.code}/edit/",
        f"/api/v1/discussions/?about_code={asset.code}",
        f"/api/v1/discussions/{thread.code}/",
        f"/api/v1/discussions/people/asset/{asset.code}/",
        "/notices/",
        "/inbox/",
    )


def told_only_to(users, others, post):
    """Who is told of one more text is who may see it, its author apart."""
    told = Notice.objects.filter(key=f"post:{post.code}").values_list("recipient__username", flat=True)
    assert set(told) == others
