"""What people may write down about a run, checked before it is stored. Knows no Django."""

from collections.abc import Mapping

MOST_BYTES = 100_000  # of one JSON document


def storable(document: object) -> str:
    """Return why PostgreSQL cannot keep this JSON document, or an empty text."""
    if not isinstance(document, Mapping):
        return "Write an object of names and values."
    if holds_nul(document):
        return "Leave out the character NUL."
    return "Write at most 100,000 characters." if len(str(document)) > MOST_BYTES else ""


def holds_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, Mapping):
        return any(holds_nul(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(holds_nul(each) for each in value)


def not_a_number(metrics: Mapping[str, object]) -> str:
    """Return which metric is no number, or an empty text."""
    for name, value in metrics.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"“{name}” is not a number."
    return ""
