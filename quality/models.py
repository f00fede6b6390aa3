"""Every table of this floor, so that Django finds them."""

from quality.rules.models import Rule
from quality.runs.models import Result, Violation

__all__ = ["Result", "Rule", "Violation"]
