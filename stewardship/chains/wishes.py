"""The steps of a chain as somebody wants them, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from accesscontrol.identity.models import Team, User
from stewardship.chains.models import Silence, Then, Who

MOST_STEPS, MOST_NEEDED, MOST_DAYS, LONGEST = 6, 9, 365, 200


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A step as somebody wants it."""

    who: str
    role: Group | None = None
    team: Team | None = None
    people: Sequence[User] = ()
    needed: int = 1
    days: int = 7
    silence: str = Silence.REMIND
    then: str = ""
    then_role: Group | None = None


def check_steps(steps: Sequence[Wish]) -> None:
    if not 1 <= len(steps) <= MOST_STEPS:
        raise ValidationError({"steps": f"A chain has 1 to {MOST_STEPS} steps."})
    wrong = [
        f"Step {at}: {text}"
        for at, wish in enumerate(steps, start=1)
        for text in (*_who_is_wrong(wish), *_what_is_wrong(wish, is_last=at == len(steps)))
    ]
    if wrong:
        raise ValidationError({"steps": wrong})


def _who_is_wrong(wish: Wish) -> list[str]:
    """Who is asked is named wholly, and nobody is named who is not asked."""
    named: dict[str, Any] = {Who.ROLE: wish.role, Who.TEAM: wish.team, Who.PEOPLE: list(wish.people)}
    wrong = [] if wish.who in Who.values else [f"who: one of {', '.join(Who.values)}."]
    wrong += [f"name the {who} that decides." for who in named if wish.who == who and not named[who]]
    wrong += [f"{who} is for steps of this kind only." for who in named if wish.who != who and named[who]]
    if wish.who == Who.PEOPLE and wish.people and len(wish.people) < wish.needed:
        wrong.append(f"{wish.needed} must approve, and fewer people are named.")
    return wrong


def _what_is_wrong(wish: Wish, *, is_last: bool) -> list[str]:
    wrong = []
    if not 1 <= wish.needed <= MOST_NEEDED:
        wrong.append(f"needed: 1 to {MOST_NEEDED}.")
    if not 1 <= wish.days <= MOST_DAYS:
        wrong.append(f"days: 1 to {MOST_DAYS}.")
    if wish.silence not in Silence.values:
        wrong.append(f"silence: one of {', '.join(Silence.values)}.")
    if (wish.silence == Silence.ESCALATE) != (wish.then in Then.values):
        wrong.append("say who is asked as well if it escalates, and only then.")
    if wish.then == Then.NEXT and is_last:
        wrong.append("there is no next step.")
    if (wish.then == Then.ROLE) != bool(wish.then_role):
        wrong.append("name the role that is asked as well, and only then.")
    return wrong
