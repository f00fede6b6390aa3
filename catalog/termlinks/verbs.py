"""What may be proposed about which assets terms are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from catalog.assets.answering import OF_ASSET
from catalog.assets.models import Asset, Field
from catalog.assets.verbs import rows
from catalog.glossary.models import Term, TermLink
from catalog.glossary.wording import are_words
from catalog.termlinks.services import link_terms, unlink_terms
from stewardship.approvals.verbs import Verb, register_verb

LINK_TERMS = "catalog.link_terms"
KEYS = {"link", "unlink"}


def current_links(asset: Asset, changes: dict[str, Any]) -> dict[str, Any]:
    """Of what would be linked, or unlinked, that which is so already."""
    links = TermLink.objects.filter(asset=asset).values_list("field__name", "term__slug")
    present = {f"{column}:{slug}" if column else slug for column, slug in links}
    return {
        key: [name for name in names if (name in present) == (key == "link")]
        for key, names in changes.items()
    }


def check_links(changes: dict[str, Any]) -> dict[str, Any]:
    """{"link": ["customer", "email:e-mail-address"]}: terms by slug, before it the column that is meant."""
    wrong = dict.fromkeys(changes.keys() - KEYS, "This cannot be proposed.")
    wrong |= {key: "Write a list of words." for key in changes.keys() & KEYS if not are_words(changes[key])}
    if wrong:
        raise ValidationError(wrong)
    for key, names in changes.items():
        _terms(key, names)
    return {key: sorted(set(names)) for key, names in changes.items()}


def apply_links(asset: Asset, changes: dict[str, Any], actor: str, version: int) -> None:
    """It adds and takes away, so it needs no version: what else was said meanwhile stays."""
    for key, does in (("link", link_terms), ("unlink", unlink_terms)):
        terms = _terms(key, changes.get(key, []))
        for name, term in terms.items():
            does(asset=asset, terms=[term], actor=actor, field=_field(asset, key, name))


def _terms(key: str, names: Iterable[str]) -> dict[str, Term]:
    slugs = {name: name.rpartition(":")[2] for name in names}
    known = Term.objects.in_bulk(list(slugs.values()), field_name="slug")
    missing = sorted(slug for slug in slugs.values() if slug not in known)
    if missing:
        raise ValidationError({key: f"There is no term {', '.join(missing)}."})
    return {name: known[slug] for name, slug in slugs.items()}


def _field(asset: Asset, key: str, name: str) -> Field | None:
    column = name.rpartition(":")[0]
    found = asset.fields.present().filter(name=column).first() if column else None
    if column and found is None:
        raise ValidationError({key: f"It has no column {column}."})
    return found


def show(key: str, value: Any) -> str:
    return "\n".join(value or ())


def register() -> None:
    does = (current_links, check_links, apply_links)
    register_verb(Verb(LINK_TERMS, "Link terms", rows, *does, answering=OF_ASSET, show=show))
