"""What a word looks like: the tone and the icon of a status, the family of a kind of asset.

Colour never speaks alone: every tone comes with an icon, and the word is always printed.
"""

from typing import NamedTuple


class Look(NamedTuple):
    """`tone` is a class of chips.css ("" is neutral), `icon` a name of the sprite ("" is none)."""

    tone: str
    icon: str


PLAIN = Look("", "")
GOOD, WARN, BAD = Look("ok", "check"), Look("warn", "warn"), Look("bad", "cross")
WAITS, RUNS, GONE = Look("", "clock"), Look("info", "refresh"), Look("", "minus")
NEEDS, PAST_DUE, STOPPED = Look("info", "inbox"), Look("bad", "clock"), Look("", "stop")

STATUS: dict[str, Look] = {
    **dict.fromkeys(
        ("active", "live", "passed", "pass", "succeeded", "success", "complete", "completed", "done"), GOOD
    ),
    **dict.fromkeys(
        ("approved", "applied", "granted", "certified", "healthy", "fresh", "verified", "permit", "given"),
        GOOD,
    ),
    **dict.fromkeys(
        ("allow", "allowed", "resolved", "answered", "production", "connected", "closed", "ok"), GOOD
    ),
    **dict.fromkeys(
        (
            "deprecated",
            "declared",
            "to_review",
            "warning",
            "warn",
            "stale",
            "due",
            "expiring",
            "degraded",
            "partial",
        ),
        WARN,
    ),
    **dict.fromkeys(
        (
            "failed",
            "fail",
            "failure",
            "error",
            "breaking",
            "broken",
            "rejected",
            "refused",
            "denied",
            "deny",
            "not_justified",
        ),
        BAD,
    ),
    **dict.fromkeys(
        ("forbid", "violated", "unreachable", "breached", "lost", "aborted", "revoked", "lapsed"), BAD
    ),
    **dict.fromkeys(
        ("queued", "pending", "planned", "scheduled", "waiting", "requested", "draft", "staging"), WAITS
    ),
    **dict.fromkeys(("running", "started", "collecting", "retrying", "in_progress", "harvesting"), RUNS),
    **dict.fromkeys(
        (
            "archived",
            "removed",
            "reversed",
            "superseded",
            "expired",
            "ended",
            "retired",
            "inactive",
            "erased",
        ),
        GONE,
    ),
    **dict.fromkeys(("cancelled", "canceled", "withdrawn", "paused", "disabled", "skipped"), STOPPED),
    **dict.fromkeys(("proposed", "review", "in_review", "new", "assigned", "received", "submitted"), NEEDS),
    **dict.fromkeys(("stopped", "strict", "missing"), WARN),
    "breaking": BAD,
    **dict.fromkeys(("returned", "compatible"), GOOD),
    "sent_back": Look("", "history"),
    "open": Look("warn", "warn"),
    "info": Look("info", "info"),
    "unread": Look("info", "bell"),
    "overdue": PAST_DUE,
    "critical": BAD,
    "high": WARN,
}

SENSITIVITY: dict[str, Look] = {
    "public": Look("", "users"),
    "internal": Look("info", "shield"),
    "confidential": Look("private", "lock"),
    "restricted": Look("bad", "lock"),
}

FAMILIES: dict[str, str] = {
    **dict.fromkeys(
        ("table", "view", "materialized_view", "foreign_table", "file", "topic", "column"), "data"
    ),
    **dict.fromkeys(("job", "run", "pipeline", "query"), "flow"),
    **dict.fromkeys(("model", "feature", "training_set", "deployment", "model_version", "prediction"), "ml"),
    **dict.fromkeys(("dashboard", "report", "chart", "product"), "use"),
}

PLACES = frozenset({"database", "schema", "folder"})

ICONS: dict[str, str] = {
    "materialized_view": "view",
    "foreign_table": "table",
    "model_version": "model",
    "prediction": "model",
    "product": "dashboard",
    "term": "message",
    "domain": "schema",
    "person": "user",
    "team": "users",
    "pipeline": "job",
    "query": "job",
    "run": "play",
    "bucket": "database",
    "folder": "schema",
    "dataset": "table",
    "report": "dashboard",
    "chart": "dashboard",
}


def status_look(word: str) -> Look:
    """An unknown word is a neutral chip, never an error."""
    return STATUS.get(word.lower().replace(" ", "_"), PLAIN)


def kind_icon(kind: str) -> str:
    """The sprite's name for a kind of asset; a kind that nobody drew gets the plain mark."""
    return ICONS.get(kind, kind if kind in FAMILIES or kind in PLACES else "info")


def kind_family(kind: str) -> str:
    """data, flow, ml, use or place: one colour each."""
    return FAMILIES.get(kind, "place")
