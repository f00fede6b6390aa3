"""From files and their shapes to facts about datasets. Pure: values in, values out."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.connectors.files.entries import Group, grows, singles
from catalog.connectors.metadata import ColumnFacts, TableFacts


def settled(groups: Iterable[Group], columns: Mapping[str, frozenset[str] | None]) -> list[Group]:
    """The groups whose files belong together, and the files of the others. Broken files have no columns."""
    found: list[Group] = []
    for group in groups:
        known = [each for file in group.files if (each := columns[file.path]) is not None]
        found += [group] if group.keys or grows(known) else singles(group.files)
    return sorted(found, key=lambda each: each.name)


def facts(database: str, group: Group, shape: Any, shapes: Mapping[str, Any]) -> TableFacts:
    """One dataset; `shape` is that of all its files together."""
    own = [shapes[each.path] for each in group.files]
    broken = [(each.path, shapes[each.path].problem) for each in group.files if shapes[each.path].problem]
    rows = None if broken or any(each.rows is None for each in own) else sum(each.rows for each in own)
    said = {
        "format": group.format,
        "files": len(group.files),
        "compression": ", ".join(sorted({each.compression for each in own if each.compression})),
        "partition_keys": list(group.keys),
        "problem": trouble(group, broken, shape.problem),
    }
    folders = {each.folder for each in group.files} if group.keys else group.files
    return TableFacts(
        database=database,
        schema="",
        name=group.name,
        kind="file",
        columns=tuple(
            ColumnFacts(name, data_type, at, name not in shape.needed)
            for at, (name, data_type) in enumerate(shape.columns, start=1)
        ),
        row_estimate=rows,
        size_bytes=sum(each.size for each in group.files),
        partitions=len(folders) if group.keys or len(group.files) > 1 else 0,
        modified_at=max(each.modified for each in group.files),
        extra={key: value for key, value in said.items() if value},
    )


def trouble(group: Group, broken: list[tuple[str, str]], whole: str) -> str:
    """What is wrong, in one line."""
    if len(group.files) == 1 or not broken:
        return whole
    path, problem = broken[0]
    more = f" ({len(broken)} of {len(group.files)} files)" if len(broken) > 1 else ""
    return f"{path}: {problem}{more}"
