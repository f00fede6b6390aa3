"""What may be proposed about terms."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accesscontrol.identity.models import User
from catalog.domains.reads import codes_upwards
from catalog.glossary.models import Term
from catalog.glossary.services import TEXT, save_term
from catalog.glossary.wording import are_words, tidied
from stewardship.approvals.models import Proposal
from stewardship.approvals.verbs import Answering, Verb, register_verb

CHANGE_TERM = "catalog.change_term"
OF_TERM = Answering(
    Term,
    {
        "owner": ["owner"],
        "steward": ["domain__answering"],
        "steward_above": ["domain__parent__answering"],
    },
    lambda term: codes_upwards(term.domain_id),
)


def rows(user: User, action: str) -> QuerySet[Term]:
    """A draft's own author changes it without a proposal; who decides on one may change all terms."""
    if action == "change" and not user.has_perm("catalog.change_term"):
        return Term.objects.none()
    return Term.objects.visible_to(user, action)


def current(term: Term, changes: dict[str, Any]) -> dict[str, Any]:
    return {key: getattr(term, key) for key in changes}


def check(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the changes as the term will keep them; raises `ValidationError` by field."""
    wrong = {key: "Write text." for key, said in changes.items() if not _is_text(said)}
    wrong |= dict.fromkeys(changes.keys() - set(TEXT), "This cannot be proposed.")
    wrong.pop("synonyms", None)
    if not are_words(changes.get("synonyms", [])):
        wrong["synonyms"] = "Write a list of words."
    if wrong:
        raise ValidationError(wrong)
    draft = Term(slug="-", **{key: tidied(key, value) for key, value in changes.items()})
    draft.clean_fields(exclude={f.name for f in Term._meta.fields} - changes.keys())
    return {key: getattr(draft, key) for key in changes}


def apply(term: Term, changes: dict[str, Any], actor: str, version: int) -> None:
    """Whoever proposed these very words wrote them, and so has no say about them later."""
    proposed = Proposal.objects.about(term.code).filter(verb=CHANGE_TERM, after=changes)
    writers = list(proposed.values_list("author", flat=True))
    person = User.objects.get(username=actor)
    save_term(term=term, actor=person, changes=changes, version=version, writers=writers)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


def show(key: str, value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def register() -> None:
    does = (current, check, apply)
    register_verb(Verb(CHANGE_TERM, "Change a term", rows, *does, answering=OF_TERM, show=show))
