"""What a page tells a person, an endpoint tells a program: the two find each other by twins.yaml."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, ResolverMatch, reverse

ROOT = "/api/v1/"
ALL = "all"


@dataclass(frozen=True)
class Twin:
    """How a program asks for what a page shows: `address` begins with a slash; `csv` is "" without rows."""

    address: str
    curl: str
    python: str
    csv: str


@cache
def twins() -> dict[str, dict[str, Any]]:
    """Return what twins.yaml says, by the page's name."""
    return dict(yaml.safe_load(Path(__file__).with_name("twins.yaml").read_text()))


def twin_of(request: HttpRequest) -> Twin | None:
    """Return the twin of the page that `request` asked for, or None where there is none."""
    match = request.resolver_match
    said = twins().get(match.view_name) if match else None
    if match is None or said is None:
        return None
    path = endpoint(said["api"], match)
    query = _alike(request.GET, said.get("alike", ()))
    address = f"{path}?{query.urlencode()}" if query else path
    return Twin(
        address=address,
        curl=_curl(request.build_absolute_uri(address)),
        python=_python(path.removeprefix(ROOT), query),
        csv=f"{address}{'&' if query else '?'}format=csv" if said.get("list") else "",
    )


def endpoint(name: str, match: ResolverMatch) -> str:
    """Return the address of the endpoint `name`, with the ids of the page's address that it takes.

    Raises NoReverseMatch where they are not those that it takes.
    """
    try:
        return reverse(name, kwargs=match.kwargs)
    except NoReverseMatch:
        return reverse(name)


def _alike(asked: QueryDict, names: Any) -> QueryDict:
    """The parameters of the page that its endpoint reads as well, but where the reader is in it."""
    found = QueryDict(mutable=True)
    for name, values in asked.lists():
        if name != "page" and (names == ALL or name in names) and any(values):
            found.setlist(name, values)
    return found


def _curl(url: str) -> str:
    return f'curl -H "Authorization: Bearer $GOVPORTAL_TOKEN" {shlex.quote(url)}'


def _python(path: str, query: QueryDict) -> str:
    given: Mapping[str, Any] = {name: found if len(found) > 1 else found[0] for name, found in query.lists()}
    asked = f", {json.dumps(given, ensure_ascii=False)}" if given else ""
    return f'from govportal.client import Portal\n\nPortal().requests.get("{path}"{asked})'
