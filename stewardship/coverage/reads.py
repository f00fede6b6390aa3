from dataclasses import dataclass
from typing import Any

from accesscontrol.identity.models import User
from accesscontrol.policysets import changes
from accesscontrol.policysets.reads import documents_in_force
from accesscontrol.simulation.world import fingerprint
from stewardship.coverage.models import CoverageReport


@dataclass(frozen=True)
class Shown:
    """The last report that was finished, the one that is being worked out, and whether much has changed."""

    last: CoverageReport | None
    running: CoverageReport | None
    stale: str

    @property
    def result(self) -> dict[str, Any]:
        return (self.last.result if self.last else None) or {}

    @property
    def unknown(self) -> list[dict[str, Any]]:
        """Attributes that are unknown for somebody or something, the most first; with their share."""
        found = [
            {**each, "share": each["count"] / each["of"] if each["of"] else 0}
            for each in self.result.get("unknown", ())
            if each["count"]
        ]
        much = self.result.get("much_unknown", 1)
        rows = [{**each, "much": each["asked"] and each["share"] >= much} for each in found]
        return sorted(rows, key=lambda each: (-each["share"], each["attribute"]))


def shown(reader: User) -> Shown:
    rows = CoverageReport.objects.visible_to(reader).select_related("job")
    last, newest = rows.finished().first(), rows.first()
    waits = newest is not None and newest.result is None and newest.job is not None
    return Shown(last, newest if waits else None, stale(last) if last else "")


def stale(report: CoverageReport) -> str:
    """Return in a sentence why a report no longer holds, or nothing while it does."""
    if report.policies != changes.digest(documents_in_force()):
        return "Other policies are in force by now."
    return "" if report.world == fingerprint() else "Users, resources or grants have changed since."
