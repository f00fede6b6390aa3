from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction

from accesscontrol.audit.services import record
from catalog.assets.models import Asset, Field
from catalog.glossary.models import Term, TermLink
from catalog.termlinks.facts import AssetTermsChanged


@transaction.atomic
def link_terms(*, asset: Asset, terms: Collection[Term], actor: str, field: Field | None = None) -> int:
    """Say that the asset, or one of its fields, is about these terms too; return how many are new."""
    _own(asset, field)
    return _changed(asset, field, actor, added=terms, taken=())


@transaction.atomic
def unlink_terms(*, asset: Asset, terms: Collection[Term], actor: str, field: Field | None = None) -> int:
    """Take it back; return how many were linked."""
    _own(asset, field)
    return _changed(asset, field, actor, added=(), taken=terms)


@transaction.atomic
def copy_links(*, old: Asset, new: Asset, actor: str) -> int:
    """Give `new` the terms of `old`, for its fields by their names; return how many are new."""
    fields = {row.name: row for row in new.fields.present()}
    by_field: dict[str | None, list[Term]] = {}
    for link in TermLink.objects.filter(asset=old).select_related("term", "field"):
        by_field.setdefault(link.field.name if link.field else None, []).append(link.term)
    known = [name for name in by_field if name is None or name in fields]
    return sum(
        link_terms(asset=new, terms=by_field[name], actor=actor, field=fields[name] if name else None)
        for name in known
    )


def _own(asset: Asset, field: Field | None) -> None:
    if field and field.asset_id != asset.pk:
        raise ValidationError({"field": "This asset has no such field."})


def _changed(
    asset: Asset, field: Field | None, actor: str, *, added: Collection[Term], taken: Collection[Term]
) -> int:
    Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)  # one at a time, so that the log is right
    before = _slugs(asset, field)
    new = [TermLink(asset=asset, field=field, term=term) for term in added if term.slug not in before]
    TermLink.objects.bulk_create(new)
    TermLink.objects.filter(asset=asset, field=field, term__in=taken).delete()
    after = _slugs(asset, field)
    if before != after:
        name = field.name if field else ""
        both = {"before": {"terms": before}, "after": {"terms": after}}
        record(AssetTermsChanged(subject=str(asset.code), actor=actor, field=name, **both))
    return len(set(before) ^ set(after))


def _slugs(asset: Asset, field: Field | None) -> list[str]:
    rows = TermLink.objects.filter(asset=asset, field=field)
    return list(rows.order_by("term__slug").values_list("term__slug", flat=True))
