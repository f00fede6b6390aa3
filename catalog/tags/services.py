from collections.abc import Callable, Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accesscontrol.audit.services import record
from accesscontrol.identity.models import User
from accesscontrol.refusal import Refused
from catalog.assets.models import Asset, Field
from catalog.editing.stale import Stale
from catalog.tags.facts import (
    ClassificationDeleted,
    ClassificationSaved,
    TagDeleted,
    TagSaved,
    TagsChanged,
)
from catalog.tags.importing import SEEDS, Wanted, read_document
from catalog.tags.models import Classification, Tag, TagUse

DEEPEST = 8
TWICE = "Something bears two tags of it. Take one of them away first."


@transaction.atomic
def save_classification(
    *,
    actor: str,
    name: str,
    description: str = "",
    exclusive: bool = False,
    classification: Classification | None = None,
    version: int | None = None,
) -> Classification:
    """Add a classification, or give `classification` this content.

    Raises Stale, or ValidationError by attribute: it becomes exclusive only where nothing bears two.
    """
    row = _locked(classification, version) if classification else Classification()
    before = content(row) if row.pk else None
    row.name, row.description, row.exclusive = name.strip(), description, exclusive
    row.full_clean(exclude=["version"])
    if before == content(row):
        return row
    row.version += before is not None
    _save(row, "exclusive", TWICE)
    record(
        ClassificationSaved(subject=str(row.code), actor=actor, before=before, after=content(row)),
    )
    return row


@transaction.atomic
def delete_classification(*, classification: Classification, actor: str) -> None:
    """Remove one that has no tag; raises Refused for another."""
    if classification.tags.exists():
        raise Refused("It has tags. Delete those first.")
    fact = ClassificationDeleted(
        subject=str(classification.code), actor=actor, before=content(classification)
    )
    classification.delete()
    record(fact)


@transaction.atomic
def save_tag(
    *,
    actor: str,
    classification: Classification,
    name: str,
    parent: Tag | None = None,
    description: str = "",
    deprecated: bool = False,
    tag: Tag | None = None,
    version: int | None = None,
) -> Tag:
    """Add a tag, or give `tag` this content; what bears it follows. Raises Stale, or ValidationError."""
    row = _locked(tag, version) if tag else Tag(classification=classification)
    before = content(row) if row.pk else None
    row.parent, row.name, row.description, row.deprecated = parent, name.strip(), description, deprecated
    _check_place(row, classification)
    row.full_clean(exclude=["version", "path"])
    if before == content(row):
        return row
    row.version += before is not None
    _save(row, "parent", "A tag cannot stand below itself.")
    row.refresh_from_db(fields=["path"])
    record(TagSaved(subject=str(row.code), actor=actor, before=before, after=content(row)))
    return row


def _check_place(tag: Tag, classification: Classification) -> None:
    if tag.classification_id != classification.pk:
        raise ValidationError({"classification": "A tag stays in its classification."})
    if tag.parent and tag.parent.classification_id != classification.pk:
        raise ValidationError({"parent": "Choose a tag of the same classification."})
    below = Tag.objects.at_or_below(tag.path) if tag.pk else Tag.objects.none()
    height = max((row.path.count(".") for row in below), default=0) - (tag.path.count(".") if tag.pk else 0)
    if tag.parent and tag.parent.path.count(".") + 1 + height > DEEPEST:
        raise ValidationError({"parent": f"Tags stand at most {DEEPEST} deep."})


@transaction.atomic
def delete_tag(*, tag: Tag, actor: str) -> None:
    """Remove one that nothing bears, with nothing below it; raises Refused for another."""
    if tag.uses.exists():
        raise Refused("Something bears this tag. Deprecate it instead: then nothing else gets it.")
    if tag.children.exists():
        raise Refused("There are tags below it. Delete those first.")
    fact = TagDeleted(subject=str(tag.code), actor=actor, before=content(tag))
    tag.delete()
    record(fact)


@transaction.atomic
def set_tags(
    *,
    thing: Asset | Field,
    paths: Collection[str],
    actor: str,
    version: int | None = None,
) -> Asset | Field:
    """Let an asset or a field bear exactly the tags of these paths, and say what it bore before.

    Raises Stale, or ValidationError under "tags": for a path that is none, for a deprecated tag that it
    does not bear yet, and for two tags of which it may bear one.
    """
    return _bear(thing, paths, actor, version, usable_tags)


@transaction.atomic
def restore_tags(*, thing: Asset | Field, paths: Collection[str], actor: str) -> Asset | Field:
    """The same, from a file that was written before: a tag may have been deprecated since."""
    return _bear(thing, paths, actor, None, _known_tags)


def _bear(
    thing: Asset | Field,
    paths: Collection[str],
    actor: str,
    version: int | None,
    find: Callable[[Collection[str]], list[Tag]],
) -> Asset | Field:
    row: Any = type(thing)._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)
    if version is not None and version != row.version:
        raise Stale(row)
    asset, field = (row.asset, row) if isinstance(row, Field) else (row, None)
    uses = TagUse.objects.filter(asset=asset, field=field).select_related("tag")
    borne = {use.tag.path: use for use in uses}
    new = find(set(paths) - borne.keys())
    gone = [use.pk for path, use in borne.items() if path not in set(paths)]
    if not new and not gone:
        return thing
    TagUse.objects.filter(pk__in=gone).delete()
    _put(asset, field, new, actor)
    type(row)._default_manager.filter(pk=row.pk).update(version=row.version + 1)
    Asset.objects.filter(pk=asset.pk).update(updated_at=timezone.now())
    row.refresh_from_db()
    before, after = {"tags": sorted(borne)}, {"tags": sorted(set(paths))}
    name = field.name if field else ""
    record(TagsChanged(subject=str(asset.code), actor=actor, field=name, before=before, after=after))
    changed: Asset | Field = row
    return changed


def usable_tags(paths: Collection[str]) -> list[Tag]:
    """The tags of these paths, all of which may be put on things; raises ValidationError under "tags"."""
    found = _known_tags(paths)
    ended = sorted(tag.path for tag in found if tag.deprecated)
    if ended:
        raise ValidationError({"tags": [f"{path} is deprecated: choose another tag." for path in ended]})
    return found


def _known_tags(paths: Collection[str]) -> list[Tag]:
    found = list(Tag.objects.filter(path__in=paths).select_related("classification"))
    unknown = sorted(set(paths) - {tag.path for tag in found})
    if unknown:
        raise ValidationError({"tags": [f"There is no tag {path}." for path in unknown]})
    return found


def _put(asset: Asset, field: Field | None, tags: list[Tag], actor: str) -> None:
    by = User.objects.filter(username=actor).first()
    try:
        with transaction.atomic():
            TagUse.objects.bulk_create(TagUse(tag=tag, asset=asset, field=field, by=by) for tag in tags)
    except IntegrityError as error:
        raise ValidationError({"tags": "Of one of these classifications, choose one tag only."}) from error


def _locked(row: Any, version: int | None) -> Any:
    current = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if version is not None and version != current.version:
        raise Stale(current)
    return current


def _save(row: models.Model, attribute: str, reason: str) -> None:
    """Save; what the database refuses is said under `attribute`."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError({attribute: reason}) from error


def content(row: Classification | Tag) -> dict[str, Any]:
    """What the log keeps of a classification or a tag."""
    if isinstance(row, Classification):
        return {"name": row.name, "description": row.description, "exclusive": row.exclusive}
    return {
        "classification": row.classification.name,
        "parent": row.parent.path if row.parent else None,
        "name": row.name,
        "description": row.description,
        "deprecated": row.deprecated,
    }


@transaction.atomic
def import_classifications(*, wanted: Collection[Wanted], actor: str) -> int:
    """Give classifications and tags this content, adding what is new and deleting nothing.

    Return how many tags they name. Raises ValidationError under "document".
    """
    for each in wanted:
        known = Classification.objects.filter(name__iexact=each.name).first()
        row = save_classification(
            classification=known,
            actor=actor,
            name=each.name,
            description=each.description,
            exclusive=each.exclusive,
        )
        _import_tags(row, each, actor)
    return sum(len(each.tags) for each in wanted)


def _import_tags(classification: Classification, wanted: Wanted, actor: str) -> None:
    """Parents come before what stands below them."""
    known = {tag.path.lower(): tag for tag in classification.tags.select_related("parent", "classification")}
    for each in wanted.tags:
        above = ".".join((classification.name, *each.parents))
        parent, path = known.get(above.lower()), f"{above}.{each.name}"
        if each.parents and parent is None:
            raise ValidationError({"document": f"{above} is not there."})
        known[path.lower()] = save_tag(
            classification=classification,
            tag=known.get(path.lower()),
            parent=parent,
            name=each.name,
            description=each.description,
            deprecated=each.deprecated,
            actor=actor,
        )


def add_usual_classifications(*, actor: str) -> int:
    """Add those that most companies begin with, where nothing of their name is here; how many tags."""
    there = {name.lower() for name in Classification.objects.values_list("name", flat=True)}
    wanted = [each for each in read_document(SEEDS.read_text("utf-8")) if each.name.lower() not in there]
    return import_classifications(wanted=wanted, actor=actor)
