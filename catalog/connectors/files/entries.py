"""Which files are data, and which of them are one dataset. Pure.

- Files below folders such as `year=2025/month=01` are one dataset, named by the folder above those; the
  names before `=` are its partition keys. They must be of one format and have the same keys.
- Files of one folder are one dataset, named by the folder, when there are at least two, nothing else that
  is data stands in or below it, all are of one format, their names differ only in numbers, dates or
  hashes, and their columns are the same or grow: each file has at least the columns of a narrower one.
- Every other file is a dataset of its own.

Names that begin with a dot or an underscore, and those of unfinished files, are left out.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

HERE = "."  # the name of the root itself, as a dataset
ENDINGS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
PACKED = {".gz": "gzip", ".zst": "zstd"}
UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".swp", "~")
KEY = re.compile(r"([^=/]+)=([^/]*)")
VARYING = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{16,}|\d+")


@dataclass(frozen=True, order=True)
class Entry:
    """A file: its path within the root, where it is read from, bytes, and when it was last written."""

    path: str
    url: str
    size: int
    modified: datetime

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Group:
    """Files that are, or may be, one dataset. What is `keyed` by folders needs no look at the columns."""

    name: str
    format: str
    files: tuple[Entry, ...]
    keys: tuple[str, ...] = ()


def format_of(path: str) -> str:
    """The format that a name promises, empty for what is no data."""
    name = path.rpartition("/")[2].lower()
    for packed in PACKED:
        if name.endswith(packed):
            inner = format_of(name.removesuffix(packed))
            return "" if inner == "parquet" else inner
    return next((kind for ending, kind in ENDINGS.items() if name.endswith(ending) and name != ending), "")


def packing_of(path: str) -> str:
    """How a file is compressed as a whole, empty for not."""
    return next((kind for ending, kind in PACKED.items() if path.lower().endswith(ending)), "")


def hidden(name: str) -> bool:
    """Whether a file or folder is left out by its name; `_year=2025` is a key, and not."""
    return name.startswith(".") or (name.startswith("_") and "=" not in name) or name.endswith(UNFINISHED)


def is_data(path: str) -> bool:
    """Whether a path within the root is a file of data."""
    return bool(format_of(path)) and not any(hidden(part) for part in path.split("/"))


def groups(entries: Iterable[Entry]) -> list[Group]:
    """What may be one dataset, by name."""
    keyed: dict[str, list[Entry]] = defaultdict(list)
    plain: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries):
        above = above_keys(entry.folder)
        if above is None:
            plain[entry.folder].append(entry)
        else:
            keyed[above].append(entry)
    taken = {each.folder for each in (file for files in keyed.values() for file in files)} | set(plain)
    found = [
        group for folder, files in keyed.items() for group in partitioned(folder, files, folder in plain)
    ]
    for folder, files in plain.items():
        below = any(other != folder and inside(other, folder) for other in taken)
        found += alike(folder, files) if not below else singles(files)
    return sorted(found, key=lambda each: each.name)


def above_keys(folder: str) -> str | None:
    """The folder above the first `key=value`; None where there is none."""
    parts = folder.split("/")
    at = next((at for at, part in enumerate(parts) if KEY.fullmatch(part)), None)
    return None if at is None else "/".join(parts[:at])


def keys_of(entry: Entry) -> tuple[str, ...]:
    """The keys in the names of the folders."""
    return tuple(found[1] for part in entry.folder.split("/") if (found := KEY.fullmatch(part)))


def inside(folder: str, other: str) -> bool:
    return not other or folder.startswith(other + "/")


def partitioned(folder: str, files: Sequence[Entry], mixed: bool) -> Iterator[Group]:
    """One dataset of keys, if the files agree on them and no other data stands beside."""
    if not mixed and len({(format_of(each.path), keys_of(each)) for each in files}) == 1:
        yield Group(folder or HERE, format_of(files[0].path), tuple(files), keys_of(files[0]))
    else:
        yield from singles(files)


def alike(folder: str, files: Sequence[Entry]) -> Iterator[Group]:
    """One dataset, if there are several files of one format whose names only vary in numbers."""
    masks = {(format_of(each.path), packing_of(each.path), VARYING.sub("#", each.name)) for each in files}
    if len(files) > 1 and len(masks) == 1:
        yield Group(folder or HERE, format_of(files[0].path), tuple(files))
    else:
        yield from singles(files)


def singles(files: Iterable[Entry]) -> Iterator[Group]:
    """Each file by itself."""
    for each in files:
        yield Group(each.path, format_of(each.path), (each,))


def grows(columns: Iterable[frozenset[str]]) -> bool:
    """Whether each has at least the columns of a narrower one."""
    ordered = sorted(set(columns), key=len)
    return all(narrow <= wide for narrow, wide in pairwise(ordered))
