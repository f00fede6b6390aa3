"""Ada's ids, asked for by somebody else, on every address: it is as if there were no such thing."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.urls import path

from accesscontrol.doors import OPEN
from accesscontrol.teams.services import create_team
from catalog.assets.models import Asset
from tests.house.rules import FLOORS
from tests.house.walk import BODY, Answer, Caller, Route, every_route, missing, values
from tests.house.world import World

pytestmark = pytest.mark.django_db
ROUTES = [route for route in every_route() if route.parameters]
# Where whoever asks about what is not there, or not theirs to see, gets a good answer: always the same.
ANSWERS_ALIKE = {
    "access/request/<uuid:code>/": "anybody may ask for access to a code, whatever it names",
    "access/request/t/<stub:token>/": "anybody may ask for access to a stub, whatever it stands for",
}
MOST_HIDDEN, MOST_TRIED = {"bea": 2, "cid": 1}, 40
FRESH = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"|nonce-[\w+/=-]+')


def of(floor: str) -> list[Route]:
    return [route for route in ROUTES if route.floor == floor]


def rows_of(route: Route) -> Any:
    return route.model._default_manager.order_by("-pk")


def placed(route: Route, rows: Any, owner: Any) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield from values(route, row, owner)


def same(answer: Answer, address: str, given: dict[str, Any]) -> list[str]:
    """The lines of an answer without the ids that were asked for and without what is new in each."""
    text = FRESH.sub("", f"{answer.status}\n{answer.location}\n{answer.facts}\n{answer.body}")
    for value in [address, *(str(value) for value in given.values() if isinstance(value, UUID))]:
        text = text.replace(value, "<what was asked for>")
    return text.splitlines()


def difference(here: list[str], there: list[str]) -> str:
    pairs = zip_longest(here, there, fillvalue="")
    return next((f"{one!r}, for a random id {other!r}" for one, other in pairs if one != other), "")


@pytest.fixture(scope="module")
def callers(world: World) -> dict[str, Caller]:
    people = {"ada": world.ada, "bea": world.bea, "cid": world.cid, "a stranger": None}
    return {name: Caller(user) for name, user in people.items()}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_the_walk_knows_what_each_id_names(route):
    assert route.model is not None, f"Say in walk.NAMED what the id in {route.path} names."


def live(route: Route, ada: Caller) -> list[str]:
    """The methods by which Ada gets an answer about some object of the world."""
    found = []
    for method in route.methods:
        statuses = set()
        for given in placed(route, rows_of(route)[:MOST_TRIED], ada.user):
            statuses.add(ada.ask(method, route.address(given), api=route.is_api).status)
            if statuses - {404}:
                break
        assert not statuses & set(range(500, 600)), f"{method} {route.path}: {statuses}"
        assert statuses - {404}, f"Add a live object for {method} {route.path} to tests/house/world.py."
        if statuses - {404, 405}:
            found.append(method)
    return found


def wrong(route: Route, method: str, caller: Caller, world: World) -> Iterator[str]:
    """Yield what `caller` learns of the objects that they do not see."""
    visible = route.model.objects.visible_to(caller.user).values("pk")
    most = MOST_HIDDEN[caller.user.username]
    hidden = list(rows_of(route).exclude(pk__in=visible)[:most])
    for given in list(placed(route, hidden, world.ada))[:most]:
        nothing = missing(given)
        at, elsewhere = route.address(given), route.address(nothing)
        for body in [None] if method == "get" else [None, BODY]:
            here = caller.ask(method, at, body, api=route.is_api)
            there = caller.ask(method, elsewhere, body, api=route.is_api)
            who = f"{caller.user} {method} {route.path} ({'full' if body else 'empty'})"
            if told := difference(same(here, at, given), same(there, elsewhere, nothing)):
                yield f"{who}: {told}"
            if route.path not in ANSWERS_ALIKE and (here.status < 400 or here.facts):
                yield f"{who}: {here.status} {here.location} {here.facts}"


@pytest.mark.parametrize("floor", FLOORS)
def test_what_is_not_yours_is_not_there(floor, world, callers):
    found = []
    for route in of(floor):
        for method in live(route, callers["ada"]):
            if route.door == OPEN:
                continue
            found += wrong(route, method, callers["bea"], world)
            found += wrong(route, method, callers["cid"], world)

    assert found == [], "\n".join(found)


@pytest.mark.parametrize("status", [200, 302, 400, 403, 409])
def test_a_view_that_tells_is_noticed(status, world, callers, settings):
    """What exists gets `status`, and what does not gets 404."""

    def telling(request, code):
        return HttpResponse(status=status if Asset.objects.filter(code=code).exists() else 404)

    class Addresses:
        urlpatterns = [path("catalog/assets/<uuid:code>/", telling)]

    settings.ROOT_URLCONF = Addresses
    route = Route("catalog/assets/<uuid:code>/", telling)

    assert list(wrong(route, "get", callers["bea"], world))


def test_a_view_that_acts_before_it_looks_is_noticed(world, callers, settings):
    def acting(request, code):
        create_team(name="Made by mistake", actor="bea")
        return HttpResponse(status=404)

    class Addresses:
        urlpatterns = [path("catalog/assets/<uuid:code>/", acting)]

    settings.ROOT_URLCONF = Addresses
    route = Route("catalog/assets/<uuid:code>/", acting)

    assert "team" in next(wrong(route, "post", callers["bea"], world))


@pytest.mark.parametrize("floor", [*FLOORS, "govportal"])
def test_a_stranger_is_sent_to_the_login(floor, world, callers):
    found = []
    for route in every_route():
        if route.floor != floor or route.door == OPEN:
            continue
        given = next(placed(route, rows_of(route), world.ada), {}) if route.parameters else {}
        for method in route.methods:
            answer = callers["a stranger"].ask(method, route.address(given), api=route.is_api)
            sent = answer.status == 302 and answer.location.startswith("/account/login/")
            if not (sent or answer.status in {401, 403}) or answer.facts:
                found.append(f"{method} {route.path}: {answer.status} {answer.location}")

    assert found == [], "\n".join(found)
