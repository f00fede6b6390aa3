"""Plans that wait for a second person stand in the inbox of whoever may approve them."""

from typing import Any

from accesscontrol.identity.models import User
from catalog.enforcement.models import Plan
from stewardship.approvals.inbox import Line, Waiting, add_waiting


def rows(reader: User) -> Any:
    """Return the plans of others that `reader` may approve."""
    waiting = Plan.objects.visible_to(reader, "approve").filter(state=Plan.State.REVIEW)
    return waiting.exclude(author=reader)


def lines(reader: User) -> list[Line]:
    found = rows(reader).select_related("enforcement__source", "author").defer("steps", "verdicts")[:100]
    return [_line(row) for row in found]


def _line(row: Plan) -> Line:
    about, url = f"{row} of {row.enforcement.source}", row.get_absolute_url()
    asked, by = "Approve it, to be applied", row.author.label
    username = row.author.username
    return Line(about, url, asked, by, "", row.created_at, code=row.code, mine=False, author=username)


add_waiting(Waiting("Enforcement plans", rows, lines))
