"""An emergency is told at once, and marks every fact of its holder while it lives."""

from typing import Any

from django.dispatch import receiver

from accesscontrol.audit.facts import Fact, announced
from accesscontrol.audit.services import add_mark
from accesscontrol.breakglass import reads, tasks
from accesscontrol.breakglass.facts import EmergencyDeclared

NOBODY = frozenset({"system", "anonymous"})


@receiver(announced, sender=EmergencyDeclared)
def tell_reviewers(sender: Any, fact: EmergencyDeclared, **kwargs: Any) -> None:
    tasks.notify.delay(fact.subject)


def mark(fact: Fact) -> dict[str, str]:
    """Return {"break_glass": code} for what somebody does in an emergency of theirs."""
    if fact.actor in NOBODY:
        return {}
    codes = [str(each.code) for each in reads.emergencies() if each.user.username == fact.actor]
    return {"break_glass": codes[0]} if codes else {}


add_mark(mark)
