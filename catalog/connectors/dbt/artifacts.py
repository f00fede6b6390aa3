"""The files that dbt leaves behind, read with care: they are large, and somebody else wrote them.

Their formats: https://schemas.getdbt.com. What is not as dbt writes it leaves as ConnectorError.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from catalog.connectors.errors import ConnectorError
from catalog.connectors.paths import opened

LARGEST = 256 * 2**20  # bytes
VERSION = re.compile(r"https://schemas\.getdbt\.com/dbt/([a-z-]+)/v(\d+)\.json")
LOWEST = {"manifest": 9, "catalog": 1, "run-results": 4}
KNOWN = {"manifest": 12, "catalog": 1, "run-results": 6}
UNSTORABLE = re.compile(r"\\u(0000|d[89a-f][0-9a-f]{2})", re.IGNORECASE)  # NUL, and halves of pairs


class Broken(ValueError):
    """An artifact is not as dbt writes it; says where."""


@dataclass(frozen=True)
class Piece:
    """An object of an artifact, and where it stands. What is absent or null reads as empty."""

    content: Mapping[str, object]
    place: str = ""

    def piece(self, key: str) -> "Piece":
        """The object under `key`."""
        value = self.content.get(key)
        if value is None:
            return Piece({}, self._at(key))
        if not isinstance(value, dict):
            raise Broken(f"{self._at(key)} is not an object")
        return Piece(value, self._at(key))

    def pieces(self, key: str) -> dict[str, "Piece"]:
        """The objects by name under `key`."""
        inner = self.piece(key)
        return {name: inner.piece(name) for name in inner.content}

    def listed(self, key: str) -> list["Piece"]:
        """The list of objects under `key`."""
        inner = Piece(dict(enumerated(self._several(key))), self._at(key))
        return [inner.piece(name) for name in inner.content]

    def text(self, key: str) -> str:
        """The text under `key`."""
        value = self.content.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise Broken(f"{self._at(key)} is not a text")
        return value

    def texts(self, key: str) -> list[str]:
        """The list of texts under `key`."""
        several = self._several(key)
        if not all(isinstance(each, str) for each in several):
            raise Broken(f"{self._at(key)} is not a list of texts")
        return [str(each) for each in several]

    def number(self, key: str) -> float | None:
        """The number under `key`; the adapters write some of them as text."""
        value = self.content.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            return float(value)
        except (ValueError, OverflowError):
            return None

    def moment(self, key: str) -> datetime | None:
        """The time under `key`."""
        value = self.text(key)
        try:
            found = datetime.fromisoformat(value) if value else None
        except ValueError:
            raise Broken(f"{self._at(key)} is not a time") from None
        return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found

    def _several(self, key: str) -> list[object]:
        value = self.content.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Broken(f"{self._at(key)} is not a list")
        return value

    def _at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key


def enumerated(values: list[object]) -> list[tuple[str, object]]:
    """Each value under its place in the list."""
    return [(str(at), each if each is not None else {}) for at, each in enumerate(values)]


@dataclass(frozen=True)
class Artifact:
    """One file of dbt, of the version of its format that `version` says."""

    path: Path
    kind: str
    version: int
    top: Piece = field(repr=False)
    digest: str

    @property
    def metadata(self) -> Piece:
        """What dbt says about the file."""
        return self.top.piece("metadata")

    @property
    def told(self) -> str:
        """Who wrote it and when, for a person."""
        known = "" if self.version <= KNOWN[self.kind] else ", newer than what the portal knows"
        when = self.metadata.text("generated_at") or "an unknown time"
        return f"dbt {self.metadata.text('dbt_version')}, format {self.version}{known}, written {when}."


def load(path: Path, kind: str, setting: str) -> Artifact:
    """The artifact at a guarded path. Raises ConnectorError: missing, or config naming the setting."""
    content = bytes_of(path, setting)
    try:
        top = Piece(parsed(content))
        version = version_of(top, kind)
    except Broken as error:
        raise ConnectorError(f"{path.name} is not what dbt writes: {error}.", "config", setting) from None
    return Artifact(path, kind, version, top, sha256(content).hexdigest())


def bytes_of(path: Path, setting: str) -> bytes:
    """What is in the file, if it is one and of a size that can be read."""
    try:
        if not path.is_file():
            raise ConnectorError(f"There is no {path.name} in {path.parent}.", "missing", setting)
        with opened(path) as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ConnectorError(f"{path.name} is larger than {LARGEST // 2**20} MiB.", "config", setting)
        return content
    except OSError as error:
        why = error.strerror or "it could not be read"
        raise ConnectorError(f"{path}: {why}.", "permission", setting) from None


def parsed(content: bytes) -> dict[str, object]:
    """The JSON object; characters that PostgreSQL cannot store are left out."""
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text, parse_constant=lambda _: None)
        if UNSTORABLE.search(text):
            found = storable(found)
    except UnicodeDecodeError:
        raise Broken("it is not text in UTF-8") from None
    except ValueError:
        raise Broken("it is not JSON") from None
    except RecursionError:
        raise Broken("it is nested too deeply") from None
    if not isinstance(found, dict):
        raise Broken("it is not an object")
    return found


def storable(value: object) -> object:
    """The value without NULs and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {str(storable(key)): storable(each) for key, each in value.items()}
    return value


def version_of(top: Piece, kind: str) -> int:
    """The version of the format, if the file is of this kind and not too old."""
    found = VERSION.fullmatch(top.piece("metadata").text("dbt_schema_version"))
    if not found:
        raise Broken("metadata.dbt_schema_version does not say what it is")
    if found[1] != kind:
        raise Broken(f"it is a {found[1]}, not a {kind}")
    version = int(found[2][:4])
    if version < LOWEST[kind]:
        raise Broken(f"its format {version} is older than {LOWEST[kind]}, the oldest that the portal reads")
    return version
