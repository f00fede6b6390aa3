"""Marks around what was found. Knows no Django."""

START, STOP = "\x02", "\x03"  # not of HTML, so that nothing in a snippet must be trusted


def pieces(snippet: str) -> list[tuple[str, bool]]:
    """Return [(text, whether it is a hit), …] of a snippet with START and STOP in it."""
    found = []
    for at, part in enumerate(snippet.split(START)):
        hit, stop, rest = part.partition(STOP) if at else ("", "", part)
        found += [(hit, bool(stop))] if hit else []
        found += [(rest, False)] if rest else []
    return found
