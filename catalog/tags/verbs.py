"""Tags of assets and fields as what may be proposed."""

from typing import Any

from django.core.exceptions import ValidationError

from catalog.assets.answering import OF_ASSET, OF_FIELD
from catalog.assets.models import Asset, Field
from catalog.assets.verbs import rows, rows_of_fields
from catalog.tags.models import Tag
from catalog.tags.services import set_tags
from stewardship.approvals.verbs import Verb, register_verb

TAG_ASSET, TAG_FIELD = "catalog.tag_asset", "catalog.tag_field"


def current(thing: Asset | Field, changes: dict[str, Any]) -> dict[str, Any]:
    return {"tags": sorted(thing.tags)}


def check(changes: dict[str, Any]) -> dict[str, Any]:
    """Return {"tags": the paths in their order}; raises ValidationError for what are none."""
    paths = changes.get("tags")
    if changes.keys() != {"tags"} or not isinstance(paths, list):
        raise ValidationError({"tags": 'Write {"tags": [the paths of tags]}.'})
    if not all(isinstance(path, str) and "\0" not in path for path in paths):
        raise ValidationError({"tags": "A path is a text, for example PII.Contact.Email."})
    wanted = sorted(set(paths))
    known = set(Tag.objects.filter(path__in=wanted).values_list("path", flat=True))
    unknown = [f"There is no tag {path}." for path in wanted if path not in known]
    if unknown:
        raise ValidationError({"tags": unknown})
    return {"tags": wanted}


def apply(thing: Asset | Field, changes: dict[str, Any], actor: str, version: int) -> None:
    set_tags(thing=thing, paths=changes["tags"], actor=actor, version=version)


def show(key: str, value: Any) -> str:
    return ", ".join(value)


def register() -> None:
    does = (current, check, apply)
    register_verb(Verb(TAG_ASSET, "Tag an asset", rows, *does, answering=OF_ASSET, show=show))
    register_verb(Verb(TAG_FIELD, "Tag a field", rows_of_fields, *does, answering=OF_FIELD, show=show))
