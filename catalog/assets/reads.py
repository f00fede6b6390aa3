from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import Clearance, User
from accesscontrol.policy.querysets import may
from catalog.assets import documented
from catalog.assets.models import Asset, AssetQuerySet, Field, ForeignKey

PER_PAGE = 50
MOST_WORDS = 20
LATEST = 200
RENAMED = ("renamed_to", "renamed_from")  # facts that hold the code of another asset
NAMING = ("view_sql", "depends_on", "inherits")  # facts that name other assets of the same namespace


@dataclass(frozen=True)
class Act:
    """Something that was done to an asset; `changes` are (what, before, after)."""

    at: datetime
    actor: str
    action: str
    field: str
    changes: list[tuple[str, str, str]]


def may_change(reader: User, asset: Asset) -> bool:
    """Whether both the roles and the policies let `reader` change the asset."""
    return reader.has_perm("catalog.change_asset") and may(reader, asset, "change")


def discoverable(*, reader: User, typed: str = "") -> AssetQuerySet:
    """Return what `reader` may know of by name and owner only; every word of `typed` is in its name.

    Nothing but the name is searched: a hit by a column or a description would tell what is in it.
    """
    if "\0" in typed:  # which no name holds, and PostgreSQL cannot compare
        return Asset.objects.none()
    rows = Asset.objects.visible_to(reader, "discover").hidden_from(reader).present()
    for word in typed.split()[:MOST_WORDS]:
        rows = rows.filter(name__icontains=word)
    return rows.select_related("owner").order_by("name", "pk")


def containers(reader: User, asset: Asset) -> list[Asset]:
    """What the asset stands in and `reader` may see, the outermost first."""
    inner = asset.parent
    chain = [each for each in (inner and inner.parent, inner) if each]
    rows = Asset.objects.visible_to(reader).filter(pk__in=[each.pk for each in chain])
    seen = set(rows.values_list("pk", flat=True)) if chain else set()
    return [each for each in chain if each.pk in seen]


def columns(asset: Asset) -> list[Field]:
    """The fields of an asset that its reader sees already, those that are gone at the end."""
    fields = list(asset.fields.all())
    return [each for each in fields if not each.removed_at] + [each for each in fields if each.removed_at]


def neighbours(field: Field) -> tuple[Field | None, Field | None]:
    """The fields before and after one, in the order of its asset."""
    listed = columns(field.asset)
    at = next(place for place, each in enumerate(listed) if each.pk == field.pk)
    before = listed[at - 1] if at else None
    return before, listed[at + 1] if at + 1 < len(listed) else None


def acts_of_field(field: Field) -> list[Act]:
    """What people did lately with one field that its reader sees."""
    entries = Entry.objects.about("asset", str(field.asset.code)).filter(
        action__in=["catalog.field_changed", "catalog.tags_changed"]
    )
    acts = (act_of(entry) for entry in entries[:LATEST])
    return [act for act in acts if act.field == field.name]


def facts(reader: User, asset: Asset) -> tuple[dict[str, Any], list[str]]:
    """What sources say of an asset, and which facts are withheld because they name something hidden.

    SQL whose server does not say what it reads may name anything, and so may the tests of a project.
    """
    known, others = asset.facts, documented.facts_of(asset.facts)
    parts = [known, *others]
    naming = [key for key in NAMING if any(key in part for part in parts)]
    named = {name for part in parts for key in ("depends_on", "inherits") for name in part.get(key, ())}
    rows = Asset.objects.hidden_from(reader).filter(namespace=asset.namespace)
    at_random = any("view_sql" in part and not part.get("depends_on") for part in parts)
    around = rows if at_random else rows.filter(name__in=named)
    withheld = naming if naming and around.exists() else []
    if any(documented.tests_of(part) for part in parts) and rows.exists():
        withheld = [*withheld, "tests"]
    return documented.without(known, [*withheld, *RENAMED]), withheld


def renamed(reader: User, asset: Asset) -> dict[str, Asset]:
    """What the asset was, and what it is now, of what `reader` may see: `renamed_from`, `renamed_to`."""
    codes = {key: asset.facts[key] for key in RENAMED if key in asset.facts}
    if not codes:
        return {}
    rows = Asset.objects.visible_to(reader).filter(code__in=codes.values())
    seen = {str(row.code): row for row in rows}
    return {key: seen[code] for key, code in codes.items() if code in seen}


def replacement(reader: User, asset: Asset) -> Asset | None:
    """What to use instead of a deprecated asset, where `reader` may see that."""
    if asset.replacement_id is None:
        return None
    return Asset.objects.visible_to(reader).filter(pk=asset.replacement_id).first()


def references(reader: User, asset: Asset) -> list[ForeignKey]:
    """Where the asset points; a target that `reader` may not see has `target_seen` False."""
    keys = asset.foreign_keys.select_related("target")
    return list(keys.telling_seen(reader))


def referenced_by(reader: User, asset: Asset) -> list[ForeignKey]:
    """What of the things that `reader` may see points at the asset."""
    keys = asset.referenced_by.filter(asset__in=Asset.objects.visible_to(reader).present())
    return list(keys.select_related("asset").order_by("asset__name", "name"))


def contents(reader: User, asset: Asset) -> AssetQuerySet:
    """What stands directly in a database or a schema, of what `reader` may see."""
    return Asset.objects.visible_to(reader).present().filter(parent=asset).for_list().order_by("name")


def activity(asset: Asset, number: Any) -> tuple[Page[Entry], list[Act]]:
    """What was done to an asset that its reader sees already; of each act only what is about it."""
    entries = Entry.objects.about("asset", str(asset.code))
    page = Paginator(entries, PER_PAGE).get_page(number)
    return page, [act_of(entry) for entry in page]


def act_of(entry: Entry) -> Act:
    details = json.loads(entry.body).get("details", {})
    before, after = details.get("before"), details.get("after")
    both = isinstance(before, dict) and isinstance(after, dict)
    return Act(
        at=entry.at,
        actor=str(entry.actor),
        action=str(entry.action).rpartition(".")[2],
        field=str(details.get("field", "")),
        changes=[(key, said(key, before.get(key)), said(key, after[key])) for key in after] if both else [],
    )


def said(key: str, value: Any) -> str:
    """A value of the log as text."""
    if value is None or value == "":
        return ""
    if key == "sensitivity" and value in Clearance.values:
        return Clearance(value).label
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
