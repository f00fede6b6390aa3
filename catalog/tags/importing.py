"""Classifications and their tags as they are written down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SEEDS = Path(__file__).with_name("seeds.yaml")
OF_CLASSIFICATION = {"name", "description", "exclusive", "tags"}
OF_TAG = {"name", "description", "deprecated", "tags"}
MOST = 5_000


class Wrong(ValueError):
    """The document cannot be read; the message says where and why."""


@dataclass(frozen=True)
class WantedTag:
    parents: tuple[str, ...]  # the names above it, below its classification
    name: str
    description: str
    deprecated: bool


@dataclass(frozen=True)
class Wanted:
    name: str
    description: str
    exclusive: bool
    tags: list[WantedTag]


def read_document(text: str) -> list[Wanted]:
    """Return the classifications of a YAML or JSON text: a list of them; raises Wrong."""
    try:
        listed = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Wrong(f"This is neither YAML nor JSON: {error}") from error
    if not isinstance(listed, list) or not listed:
        raise Wrong("Write a list of classifications, each with a name and its tags.")
    wanted = [_classification(each, f"{at}") for at, each in enumerate(listed, start=1)]
    if sum(len(each.tags) for each in wanted) > MOST:
        raise Wrong(f"These are more than {MOST} tags.")
    return wanted


def _classification(said: Any, where: str) -> Wanted:
    known = _known(said, OF_CLASSIFICATION, where)
    name = _text(known, "name", where)
    tags = list(_tags(known.get("tags") or [], (), name))
    return Wanted(name, _text(known, "description", name, ""), _flag(known, "exclusive", name), tags)


def _tags(listed: Any, above: tuple[str, ...], where: str) -> Iterator[WantedTag]:
    if not isinstance(listed, list):
        raise Wrong(f"{where}: tags must be a list.")
    for each in listed:
        known = _known(each, OF_TAG, where)
        name = _text(known, "name", where)
        here = f"{where}.{name}"
        yield WantedTag(above, name, _text(known, "description", here, ""), _flag(known, "deprecated", here))
        yield from _tags(known.get("tags") or [], (*above, name), here)


def _known(said: Any, keys: set[str], where: str) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise Wrong(f"{where}: must be an object with a name.")
    unknown = sorted(str(key) for key in said.keys() - keys)
    if unknown:
        raise Wrong(f"{where}: {', '.join(unknown)} is not known here. Known: {', '.join(sorted(keys))}.")
    return said


def _text(said: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = said.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise Wrong(f"{where}: {key} must be a text.")
    return value


def _flag(said: Mapping[str, Any], key: str, where: str) -> bool:
    value = said.get(key, False)
    if not isinstance(value, bool):
        raise Wrong(f"{where}: {key} must be true or false.")
    return value
