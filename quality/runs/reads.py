from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Exists, OuterRef, Q

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from quality.rules.checks.registry import DIMENSIONS
from quality.rules.models import MEASURABLE, Rule, RuleQuerySet
from quality.runs.heat import Row, heat_table
from quality.runs.models import Result, Violation, ViolationQuerySet

HISTORY = 30  # results in a sparkline


@dataclass(frozen=True)
class Tiles:
    """The board's figures over the enabled rules that the reader may see. Shares are 0 to 1."""

    score: float | None  # mean of the last measured values
    rules: int
    failing: int
    unmeasured: int  # never run, or not measurable the last time
    open_violations: int
    critical: int
    covered: int  # assets with an enabled rule
    coverable: int

    @property
    def coverage(self) -> float | None:
        return self.covered / self.coverable if self.coverable else None


def tiles(*, reader: User) -> Tiles:
    """Count what the reader may see, and nothing else; three queries."""
    mine = Rule.objects.visible_to(reader).enabled()
    counts = mine.aggregate(
        score=Avg("value"),
        rules=Count("pk"),
        failing=Count("pk", filter=Q(state=Rule.State.FAIL)),
        unmeasured=Count("pk", filter=Q(state__in=[Rule.State.NEVER, Rule.State.ERROR])),
    )
    violations = Violation.objects.visible_to(reader).unresolved()
    counts |= violations.aggregate(
        open_violations=Count("pk"),
        critical=Count("pk", filter=Q(severity=Rule.Severity.CRITICAL)),
    )
    assets = Asset.objects.visible_to(reader).active().of_kinds(*MEASURABLE)
    has_rule = Exists(Rule.objects.enabled().filter(asset=OuterRef("pk")))
    counts |= assets.aggregate(coverable=Count("pk"), covered=Count("pk", filter=has_rule))
    return Tiles(**counts)


def heat(*, reader: User) -> list[Row]:
    """Mean of the last measured values by domain and dimension."""
    measured = Rule.objects.visible_to(reader).enabled().filter(value__isnull=False)
    columns = ("asset__domain__slug", "asset__domain__name", "dimension")
    scores = measured.order_by().values_list(*columns).annotate(score=Avg("value"))
    rows = ((slug or "", name or "", dimension, score) for slug, name, dimension, score in scores)
    return heat_table(rows, DIMENSIONS)


def listed_rules(*, reader: User, wanted: dict[str, Any]) -> RuleQuerySet:
    """Rules of the board's list; `wanted` may name a domain's slug ("-" for none), dimension and state."""
    rows = Rule.objects.visible_to(reader).for_list()
    domain = wanted.get("domain")
    if domain:
        none = Q(asset__domain__isnull=True)
        rows = rows.filter(none if domain == "-" else Q(asset__domain__slug=domain))
    if wanted.get("dimension"):
        rows = rows.filter(dimension=wanted["dimension"])
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    return rows


def open_violations(*, reader: User) -> ViolationQuerySet:
    """What is broken, the worst and oldest first."""
    return Violation.objects.visible_to(reader).unresolved().worst_first().for_list()


def with_history(rules: Iterable[Rule]) -> list[Rule]:
    """The rules, each with `.history`: its last values, oldest first, None where nothing was measured."""
    rows = list(rules)
    values: dict[int, list[float | None]] = {rule.pk: [] for rule in rows}
    for rule_id, value in Result.objects.filter(rule__in=rows).newest(HISTORY).values_list("rule", "value"):
        values[rule_id].insert(0, value)
    for rule in rows:
        rule.history = values[rule.pk]  # type: ignore[attr-defined]
    return rows


def badges(codes: Collection[UUID]) -> dict[UUID, str]:
    """Whether each of these assets fails or passes, as the last run of its enabled rules said.

    For the lineage picture, which asks only about assets that its reader may see. One query.
    """
    rules = Rule.objects.enabled().filter(asset__code__in=codes, state__in=[Rule.State.PASS, Rule.State.FAIL])
    found: dict[UUID, str] = {}
    for code, state in rules.order_by("state").values_list("asset__code", "state"):
        found.setdefault(code, state)  # "fail" comes before "pass"
    return found
