from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from stewardship.chains.models import Chain, ChainStep
from stewardship.chains.scopes import VERBS, domains


def chain_for(*, verb: str, within: Sequence[UUID]) -> Chain | None:
    """Return the chain that decides about `verb` on what lies in the domains `within`, the nearest first.

    A chain of a nearer domain goes before one of a domain above or of all; then one of the very verb.
    """
    fits = Chain.objects.filter(Q(domain__isnull=True) | Q(domain__in=list(within)), verb__in=["", verb])
    places = {code: at for at, code in enumerate(within)}

    def distance(chain: Chain) -> tuple[int, bool]:
        return (places[chain.domain] if chain.domain else len(places), not chain.verb)

    return min(fits.filter(is_active=True).for_list(), key=distance, default=None)


def content(chain: Chain) -> dict[str, Any]:
    """Return what the log and the API say of a chain: names only, as chains.yaml writes them."""
    return {
        "name": chain.name,
        "verb": chain.verb,
        "domain": str(chain.domain) if chain.domain else None,
        "is_active": chain.is_active,
        "steps": [_step(step) for step in chain.steps.all()],
    }


def _step(step: ChainStep) -> dict[str, Any]:
    said = {
        "who": step.who,
        "role": step.group.name if step.group else "",
        "team": step.team.name if step.team else "",
        "people": sorted(person.username for person in step.people.all()),
        "needed": step.needed,
        "days": step.days,
        "silence": step.silence,
        "then": step.then,
        "then_role": step.then_group.name if step.then_group else "",
    }
    return {key: value for key, value in said.items() if value not in ("", [])}


def scope_of(chain: Chain) -> str:
    """Return what a chain is about, in words."""
    verb = VERBS.get(chain.verb, chain.verb) if chain.verb else "Every proposal"
    if chain.domain is None:
        return f"{verb}, in every domain"
    return f"{verb}, in {domains().get(chain.domain, 'a domain that is gone')}"
