"""Who may do what in the company, decided through the portal by its people. Knows no Django."""

from typing import Any

from govportal.demo.door import Door
from govportal.demo.rules import Demo

FIRST = "The company's first policies"


class Deciding:
    """Each method brings one kind of decision about, and returns what to say of it."""

    def __init__(self, doors: dict[str, Door], demo: Demo) -> None:
        self.doors = doors
        self.ada, self.priya = doors["ada"], doors["priya"]
        self.demo = demo

    def policies(self) -> str:
        """Ada proposes the policies, priya approves them, ada puts them in force."""
        known = {row["name"] for row in self.ada.every("policies/")}
        missing = [document for document in self.demo.policies if document["name"] not in known]
        if missing:
            code, digest = self._submitted(FIRST, missing)
            self.priya.post(f"policy-sets/{code}/approve/", digest=digest, reason="As the board decided.")
            self.ada.post(f"policy-sets/{code}/activate/")
        return f"{len(self.demo.policies)}, approved by a second person"

    def policy_change(self) -> str:
        """A change that nobody has decided on yet."""
        change = self.demo.policy_change
        known = {row["summary"] for row in self.ada.every("policy-sets/")}
        if change["summary"] not in known:
            self._submitted(change["summary"], change["policies"])
        return "1 change of policies waits for approval"

    def access_requests(self, codes: dict[str, str]) -> str:
        """Ask for access, and approve what the data says is approved; `codes` are those of datasets."""
        asked = {row["reason"] for door in self.doors.values() for row in door.every("access-requests/")}
        for wanted in (one for one in self.demo.access_requests if one.reason not in asked):
            made = self.doors[wanted.author].post(
                "access-requests/",
                asset=codes[wanted.dataset],
                action="view",
                days=wanted.days,
                reason=wanted.reason,
            )
            if wanted.approved_by:
                self.doors[wanted.approved_by].post(f"access-requests/{made['code']}/approve/")
        granted = sum(bool(one.approved_by) for one in self.demo.access_requests)
        return f"{len(self.demo.access_requests)} requests, of which {granted} granted"

    def _submitted(self, summary: str, documents: list[dict[str, Any]]) -> tuple[str, str]:
        """Return code and digest of a change that was simulated and waits for approval."""
        code = self.ada.post("policy-sets/", summary=summary)["code"]
        for document in documents:
            self.ada.post(f"policy-sets/{code}/put-policy/", policy=document)
        self.ada.finished(self.ada.post("access/simulations/", policy_set=code)["job"])
        return code, self.ada.post(f"policy-sets/{code}/submit/")["digest"]
