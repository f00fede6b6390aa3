"""Values as people say them: ages, shares, counts, names."""

from datetime import datetime, timedelta

MINUTE, HOUR, DAY = 60, 3600, 86400
MONTH, YEAR = 30 * DAY, 365 * DAY
UNITS = ((YEAR, "y"), (MONTH, "mo"), (DAY, "d"), (HOUR, "h"), (MINUTE, "min"))
SCALES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
NOTHING = "–"


def ago(then: datetime, now: datetime) -> str:
    """'2 h ago', 'in 3 d', or 'just now' under a minute either way."""
    gap: timedelta = now - then
    seconds = abs(gap.total_seconds())
    for size, unit in UNITS:
        if seconds >= size:
            amount = f"{seconds // size:.0f} {unit}"
            return f"{amount} ago" if gap.total_seconds() > 0 else f"in {amount}"
    return "just now"


def percent(share: float | None, digits: int = 0) -> str:
    """0.973 -> '97 %'. Never rounds up to 100: what is not complete does not look complete."""
    if share is None:
        return NOTHING
    shown = round(share * 100, digits)
    if shown >= 100 and share < 1:
        shown = 100 - 10**-digits
    return f"{shown:.{digits}f} %"


def compact(number: float | None) -> str:
    """12431 -> '12.4 k'; small whole numbers stay as they are."""
    if number is None:
        return NOTHING
    for size, unit in SCALES:
        if abs(number) >= size:
            return (
                f"{number / size:.3g} {unit}" if abs(number) < 999.5 * size else f"{number / size:.0f} {unit}"
            )
    return f"{number:g}"


def words(name: str) -> str:
    """training_set -> 'Training set'."""
    text = name.replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]


def initials(name: str) -> str:
    """'Ana Maria Lopez' -> 'AL'; 'alice' -> 'A'."""
    parts = name.replace(".", " ").replace("@", " ").split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()
