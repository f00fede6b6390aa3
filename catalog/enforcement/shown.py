"""What a page or an answer shows of plans and checks to one reader: nothing of tables hidden from them."""

from dataclasses import dataclass
from typing import Any

from accesscontrol.enforcement.steps import Line, diff, reverse, script
from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.enforcement import reads
from catalog.enforcement.models import Enforcement, Plan
from catalog.enforcement.plans import text_of

EXPLAIN = "accesscontrol.explain_policy"


@dataclass(frozen=True)
class ShownCheck:
    """A check of the last verification; `asset` is the governed table."""

    role: str
    asset: Asset
    what: str
    passed: bool | None
    detail: str

    @property
    def word(self) -> str:
        return {True: "passed", False: "failed", None: "skipped"}[self.passed]


@dataclass(frozen=True)
class ShownVerdict:
    """Why a role may read a table, or may not."""

    role: str
    asset: Asset
    allowed: bool
    reason: str


@dataclass(frozen=True)
class ShownPlan:
    """A plan as one reader sees it; the scripts are empty unless all of its tables are theirs to see."""

    plan: Plan
    whole: bool
    objects: list[tuple[str, list[Line]]]
    verdicts: list[ShownVerdict]
    script: str
    undo: str
    notes: list[str]


def plan_for(plan: Plan, reader: User) -> ShownPlan:
    seen = reads.seen_keys(plan.enforcement, reader)
    whole = reads.sees_everything(plan.enforcement, reader)
    steps = plan.as_steps
    named = reader.has_perm(EXPLAIN)
    mine = [step for step in steps if step.key in seen or whole]
    return ShownPlan(
        plan=plan,
        whole=whole,
        objects=diff(mine),
        verdicts=[
            ShownVerdict(each["role"], seen[each["table"]], each["allowed"], _reason(each["reason"], named))
            for each in plan.verdicts
            if each["table"] in seen
        ],
        script=text_of(script(steps)) if whole else "",
        undo=text_of(reverse(steps)) if whole else "",
        notes=list(plan.notes) if whole else [],
    )


def _reason(words: str, named: bool) -> str:
    """Return why; the names of policies, behind the colon, are for who may have decisions explained."""
    return words if named else words.partition(":")[0]


def checks_for(enforcement: Enforcement, reader: User) -> list[ShownCheck]:
    """Return the checks of tables that the reader may see, what failed first."""
    seen = reads.seen_keys(enforcement, reader)
    rows = [
        ShownCheck(each["role"], seen[each["table"]], each["what"], each["passed"], each["detail"])
        for each in enforcement.checks
        if each["table"] in seen
    ]
    return sorted(rows, key=lambda row: (row.passed is not False, row.asset.name, row.role))


def counts(checks: list[ShownCheck]) -> dict[str, int]:
    return {word: sum(1 for each in checks if each.word == word) for word in ("passed", "failed", "skipped")}


def as_json(shown: ShownPlan) -> dict[str, Any]:
    """Return the plan for the API."""
    plan = shown.plan
    return {
        "number": plan.number,
        "state": plan.state,
        "author": plan.author.username,
        "approved_by": plan.approved_by.username if plan.approved_by else None,
        "created_at": plan.created_at,
        "applied_at": plan.applied_at,
        "reversed_at": plan.reversed_at,
        "error": plan.error if shown.whole else "",
        "changes": [
            {"object": name, "lines": [f"{line.sign}{line.text}" for line in lines]}
            for name, lines in shown.objects
        ],
        "script": shown.script,
        "reverse": shown.undo,
        "notes": shown.notes,
    }
