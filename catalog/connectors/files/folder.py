"""The files of a local folder. Links are not followed: they could lead anywhere."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from catalog.connectors.errors import ConnectorError
from catalog.connectors.files.entries import Entry, hidden, is_data
from catalog.connectors.local import permit


class Folder:
    """One walk; `closed` gathers the folders that could not be entered."""

    def __init__(self, root: Path, most: int) -> None:
        self.root = root
        self.most = most
        self.closed: list[str] = []

    def entries(self) -> list[Entry]:
        """All files of data; raises ConnectorError where the folder cannot be read, or holds too many."""
        found = []
        for entry in self.below(""):
            found.append(entry)
            if len(found) > self.most:
                raise too_many(self.most)
        return found

    def below(self, path: str) -> Iterator[Entry]:
        """The files in a folder and below it."""
        at = self.root / path
        try:
            with os.scandir(at) as scanned:
                each = sorted(scanned, key=lambda entry: entry.name)
        except OSError as error:
            if not path:
                raise no_root(self.root, error) from None
            if not isinstance(error, FileNotFoundError):  # it went since its parent was read
                self.closed.append(path)
            return
        for entry in each:
            inner = f"{path}/{entry.name}" if path else entry.name
            if hidden(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self.below(inner)
            elif entry.is_file(follow_symlinks=False) and is_data(inner):
                yield from seen(inner, entry)


def seen(path: str, entry: os.DirEntry[str]) -> Iterator[Entry]:
    """The file, unless it went since its folder was read."""
    with suppress(FileNotFoundError):
        found = entry.stat(follow_symlinks=False)
        yield Entry(path, entry.path, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def no_root(root: Path, error: OSError) -> ConnectorError:
    """Why the folder itself cannot be listed."""
    if isinstance(error, PermissionError):
        said = f"The portal may not read “{root}”: {permit(root, 'rx')} would let it."
        return ConnectorError(said, "permission", "root")
    what = "is no folder" if isinstance(error, NotADirectoryError) else "is not there"
    return ConnectorError(f"“{root}” {what}.", "unreachable", "root")


def too_many(most: int) -> ConnectorError:
    """More files than anybody asked for."""
    said = (
        f"The folder holds more than {most:,} files: name some of its folders in “Only these”, or allow more."
    )
    return ConnectorError(said, "config", "most_files")
