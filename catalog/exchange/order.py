"""In which order rows are written: what stands above comes first. Knows no Django."""

from collections.abc import Mapping


def depths(parents: Mapping[str, str | None]) -> dict[str, int | None]:
    """How many of these names stand above each of them; None where one would stand in itself."""
    found: dict[str, int | None] = {}
    for name in parents:
        path: list[str] = []
        above: str | None = name
        while above is not None and above in parents and above not in found and above not in path:
            path.append(above)
            above = parents[above]
        base = None if above in path else found.get(above, -1) if above else -1
        for each in reversed(path):
            base = None if base is None else base + 1
            found[each] = base
    return found
