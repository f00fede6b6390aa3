"""The tabs of the Access pages: each shows where its page exists and its door opens for the reader.

A page joins by its line in `TABS` and by `{% include "accesscontrol/tabs.html" %}` in its block tabs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.urls import NoReverseMatch, resolve, reverse

from accesscontrol.doors import opens

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accesscontrol.identity.models import User

# Label and URL name; the permission is the one that the page's own door declares.
TABS = [
    ("Policies", "policies:list"),
    ("Changes", "policysets:list"),
    ("Simulations", "simulations:list"),
    ("Explain", "policies:explain"),
    ("Who and what", "reach:index"),
    ("Grants", "grants:list"),
    ("Requests", "access:requests"),
    ("Reviews", "recertification:list"),
    ("Emergency", "breakglass:declare"),
    ("Emergencies", "breakglass:list"),
    ("Roles", "roles:list"),
    ("People", "people:list"),
    ("Teams", "teams:list"),
    ("Attributes", "policies:attributes"),
    ("Coverage", "coverage:report"),
]


class Tab(NamedTuple):
    label: str
    url: str
    current: bool


def tabs(reader: User | AnonymousUser, path: str) -> list[Tab]:
    """Return the tabs that `reader` may open; the one that `path` lies under is the current one."""
    found = list(_open_pages(reader))
    here = max((url for _, url in found if path.startswith(url)), key=len, default="")
    return [Tab(label, url, url == here) for label, url in found]


def _open_pages(reader: User | AnonymousUser) -> Iterator[tuple[str, str]]:
    for label, name in TABS:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if opens(getattr(resolve(url).func, "door", "nobody.may"), reader):
            yield label, url
