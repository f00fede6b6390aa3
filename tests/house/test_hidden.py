"""What policies hide from Bea is nowhere: no word of it, and no number that it would change."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any
from uuid import uuid4

import pytest

from catalog.assets.models import Asset
from quality.rules.models import Rule
from tests.house.test_wrong_user import placed, rows_of
from tests.house.walk import Answer, Caller, every_route
from tests.house.world import STORE, TOKEN, World

pytestmark = pytest.mark.django_db
# Where a role shows what policies hide, by how the address reads, and why: the whole list.
WORDS = {
    r"/audit/": "who may read the log of what was done reads all of it",
    r"/(access/)?grants/": "who keeps the grants reads why each was given; its asset has no name there",
    r"/access/people/<id>/$": "the same reasons, of the grants that this person gave",
    r"/access/campaigns/": "the same reasons, where grants are looked at again",
    r"/access[/-]requests/": "who keeps the grants reads why each was asked for; its asset has no name there",
}
NUMBERS = {
    **WORDS,
    r"/access/emergencies/<id>/$": "it counts lines of the log for who reads the log",
    r"/campaign(s|-items)/": "each grant is looked at, and has no name for who may not see what it is about",
    r"/access/what/": "who explains decisions is told how many more somebody else may see, never which",
    r"/access/coverage/": "a policy is judged by how many it reaches: totals only",
    r"/simulations/|/access/changes/|/policy-sets/": "a change is judged by all that it changes: totals only",
    r"/jobs/|^/sources/<id>/$": "work over many things says how many they were, never which",
    r"/harvests/|^/sources/$": "a harvest says how many it found, and whether anything changed; never which",
    r"/enforcement/": "a plan is of all tables; it says that some are left out, never which or how many",
    r"^(/api/v1)?/lineage/": "what stands next to a visible asset is a stub without a name",
    r"^/catalog/assets/<id>/(activity/|lineage/)?$": "the stub's edges, and what a neighbour says of it",
    r"/assets/<id>/(history|versions|keys)/|^(/catalog|/api/v1)/changes/$": "so is a key to a hidden table",
    r"^/api/v1/assets/<id>/$": "a key to a hidden table, and a definition that names one, are withheld",
    r"^/compliance/requests/<id>/$|/subject-requests/<id>/$": "people are owed what hidden tables hold too",
    r"^/ml/(models/<id>/)?$|/training-runs/": "a model says that it was trained on more than is shown",
}
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=/)\d+(?=/)")
FRESH = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|hidden-[0-9a-f]{32}"
    r'|name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"|nonce-[\w+/=-]+|Content-Length: \d+'
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?|\d\d:\d\d(?::\d\d)?|\d+(?:\.\d+)?\s?(?:ms|s|seconds?)\b"
    r"|just now|\d+ (?:min|sec|s)\w* ago|in \d+ (?:d|h|min)\b"
    # What a job says of its work over many things on the first page: how many they were, never which.
    r'|/jobs/[0-9a-f-]+/">[^<]*</a> <span class="dim small">[^<]*</span>'
)
SIGNED = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"')  # any letters at all
MOST_VISIBLE = {"asset": 20}


def addresses(world: World) -> Iterator[tuple[str, bool]]:
    """Yield every address that Bea may open: without ids, and with those of what she sees."""
    for route in every_route():
        if "get" not in route.methods or route.path.startswith("account/"):
            continue
        if not route.parameters:
            yield route.address({}), route.is_api
            continue
        visible = route.model.objects.visible_to(world.bea).values("pk")
        rows = rows_of(route).filter(pk__in=visible)[: MOST_VISIBLE.get(route.model._meta.model_name, 3)]
        yield from ((route.address(given), route.is_api) for given in placed(route, rows, world.bea))


def told(world: World) -> dict[str, str]:
    """Return what each address tells Bea."""
    caller, found = Caller(world.bea), {}
    for address, is_api in addresses(world):
        answer = caller.ask("get", address, api=is_api)
        assert answer.status != 500, address
        if answer.status != 405:
            found[address] = text_of(answer)
    return found


def text_of(answer: Answer) -> str:
    return f"{answer.status}\n{answer.headers}\n{answer.body}"


def excepted(address: str, listed: dict[str, str]) -> bool:
    return any(re.search(pattern, ID.sub("<id>", address)) for pattern in listed)


def words_in(text: str) -> list[str]:
    lines = (line for line in SIGNED.sub("", text).splitlines() if TOKEN in line.lower())
    return [line[max(0, line.lower().index(TOKEN) - 80) :][:160] for line in lines]


def difference(one: str, other: str) -> str:
    lines = zip_longest(FRESH.sub("~", one).splitlines(), FRESH.sub("~", other).splitlines(), fillvalue="")
    return next((f"{a!r} became {b!r}" for a, b in lines if a != b), "")


@pytest.fixture(scope="module")
def before(without: Any) -> dict[str, str]:
    """What Bea is told where there is nothing to hide."""
    return without(told)


@pytest.fixture(scope="module")
def after(before: dict[str, str], world: World) -> dict[str, str]:
    """What she is told where there is."""
    return told(world)


def test_no_word_of_it_is_told(after):
    found = {address: words_in(text) for address, text in after.items() if not excepted(address, WORDS)}

    assert {address: words for address, words in found.items() if words} == {}


def test_no_number_is_changed_by_it(before, after):
    both = [address for address in before.keys() & after.keys() if not excepted(address, NUMBERS)]
    found = {address: difference(before[address], after[address]) for address in both}

    assert len(both) > 150
    assert {address: changed for address, changed in found.items() if changed} == {}


@pytest.mark.parametrize("listed", [WORDS, NUMBERS], ids=["words", "numbers"])
def test_every_exception_is_still_needed(listed, before, after):
    """An exception that nothing needs any more is to be struck out."""
    for pattern in listed:
        mine = [address for address in after if re.search(pattern, ID.sub("<id>", address))]
        told_words = any(words_in(after[address]) for address in mine)
        changed = any(difference(before[each], after[each]) for each in mine if each in before)
        assert told_words or (listed is NUMBERS and changed), pattern


# Questions with a word or an id of what is hidden in them, {word}, {name} and {code} standing for it.
ASKED = """
    /catalog/?q={word} /catalog/suggest/?q={word} /catalog/elsewhere/?in=fields&q={word}
    /catalog/elsewhere/?in=terms&q={word} /catalog/elsewhere/tabs/?q={word} /api/v1/search/suggest/?q={word}
    /api/v1/search/elsewhere/?in=fields&q={word} /catalog/export/?q={word} /catalog/to-ask-for/?q={word}
    /api/v1/search/?q={word} /api/v1/assets/?name={name} /api/v1/assets/to-ask-for/?q={word}
    /lineage/?q={word} /quality/?q={word} /ml/?q={word} /jobs/?state={word} /inbox/?q={word}
    /compliance/consent/?person={word} /access/grants/?asset={word} /access/grants/new/?asset={code}
    /access/explain/?user=ada&asset={code}&action=view /access/reach/?asset={code}
    /access/request/{code}/ /access/who/{code}/ /access/why/{code}/ /lineage/events/?q={word}
    /api/v1/rules/?asset={code} /api/v1/results/?rule={rule} /api/v1/violations/?rule={rule}
    /api/v1/violations/?asset={code} /api/v1/lineage/runs/?job={code} /api/v1/lineage/events/?name={word}
    /api/v1/deployments/?model={word} /api/v1/training-runs/?model={word} /api/v1/proposals/?subject={code}
    /api/v1/consents/?asset={code} /api/v1/grants/?asset={word} /api/v1/jobs/?subject=asset:{code}"""
QUESTIONS = ASKED.split()
# What is sent, where, by a program that knows or guesses an id or a name.
SENT = {
    "/api/v1/rules/": {"asset": "{code}", "name": "new", "kind": "freshness", "threshold": 1},
    "/api/v1/consents/": {
        "subject": "x@example.org", "purpose": "p", "kind": "sharing", "asset": "{code}", "granted": True,
        "version": "1",
    },
    "/api/v1/training-runs/": {
        "model": "mine", "version": "1", "datasets": [{"namespace": STORE, "name": "{name}"}],
    },
    "/api/v1/proposals/": {
        "verb": "catalog.change_asset", "subject": "{code}", "changes": {"description": "new"}, "reason": "r",
    },
    "/api/v1/grants/": {
        "asset": "{code}", "action": "view", "user": "eve", "reason": "r", "ends_at": "2027-01-01T00:00:00Z",
    },
    "/api/v1/access-requests/": {"asset": "{code}", "action": "view", "days": 7, "reason": "r"},
    "/access/v1/evaluation": {
        "subject": {"type": "user", "id": "bea"}, "action": {"name": "view"},
        "resource": {"type": "asset", "id": "{code}"},
    },
    "/access/v1/search/action": {
        "subject": {"type": "user", "id": "bea"}, "resource": {"type": "asset", "id": "{code}"},
    },
    "/access/v1/search/subject": {
        "subject": {"type": "user"}, "action": {"name": "view"},
        "resource": {"type": "asset", "id": "{code}"},
    },
    "/access/v1/search/resource": {
        "subject": {"type": "user", "id": "ada"}, "action": {"name": "view"}, "resource": {"type": "asset"},
    },
}  # fmt: skip


def names(asset: Asset | None, rule: Rule | None) -> dict[str, str]:
    """The words of what is hidden, or such as nothing has."""
    if asset is None or rule is None:
        return {
            "word": "qj9vault",
            "name": "shop.public.qj9vault",
            "code": str(uuid4()),
            "rule": str(uuid4()),
        }
    return {"word": "kx7vault", "name": asset.name, "code": str(asset.code), "rule": str(rule.code)}


def filled(body: Any, given: dict[str, str]) -> Any:
    if isinstance(body, dict):
        return {key: filled(value, given) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(each, given) for each in body]
    return body.format(**given) if isinstance(body, str) else body


@pytest.fixture(scope="module")
def asked(before, world):
    """`asked(method, address, body)` gives what is told of what is hidden, and of what is not there."""
    caller = Caller(world.bea)
    hidden = names(world.vault, Rule.objects.get(name="kx7rule"))

    def ask(method: str, address: str, body: Any = None) -> tuple[str, str]:
        api = address.startswith(("/api/", "/access/v1/"))
        answers = []
        for given in (hidden, names(None, None)):
            answer = caller.ask(method, address.format(**given), filled(body, given), api=api)
            text = text_of(answer)
            for value in sorted(given.values(), key=len, reverse=True):
                text = text.replace(value, "<what was asked for>")
            answers.append(text)
        return answers[0], answers[1]

    return ask


@pytest.mark.parametrize("question", QUESTIONS)
def test_asking_by_its_words_finds_what_is_not_there(question, asked):
    here, there = asked("get", question)

    assert words_in(here) == []
    assert difference(here, there) == ""


@pytest.mark.parametrize("address", SENT)
def test_sending_its_words_tells_no_more_than_a_guess(address, asked):
    here, there = asked("post", address, SENT[address])

    assert words_in(here) == []
    assert difference(here, there) == ""
