"""The kinds of checks there are. A new kind is a new file and one line here. Knows no Django."""

from quality.rules.checks import completeness, freshness, pattern, span, uniqueness, volume
from quality.rules.checks.check import Check

CHECKS: dict[str, Check] = {
    each.CHECK.name: each.CHECK for each in (completeness, uniqueness, volume, pattern, span, freshness)
}
DIMENSIONS = ("complete", "valid", "unique", "timely", "consistent", "accurate")
