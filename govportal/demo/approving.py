"""Who decides about proposals in the company, and what waits half-way. Knows no Django."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from govportal.demo.door import Door

FILE = Path(__file__).with_name("approving.yaml")


class Approving:
    """Each method sends one kind of thing, and returns how much it was; `codes` are those of datasets."""

    def __init__(self, doors: dict[str, Door], codes: dict[str, str]) -> None:
        self.doors, self.ada, self.codes = doors, doors["ada"], codes
        self.content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))

    def chains(self) -> int:
        known = {row["name"] for row in self.ada.every("chains/")}
        domains = {row["slug"]: row["code"] for row in self.ada.every("domains/")}
        for entry in (one for one in self.content["chains"] if one["name"] not in known):
            self.ada.post("chains/", **{**entry, "domain": domains.get(entry.get("domain"))})
        return len(self.content["chains"])

    def half_way(self) -> int:
        """Proposals that one person approved, and another is still asked about."""
        for entry in self.content["half_way"]:
            made = self.doors[entry["author"]].post(
                "proposals/",
                verb="catalog.change_asset",
                subject=self.codes[entry["dataset"]],
                changes=entry["changes"],
                reason=entry["reason"],
            )
            path = f"proposals/{made['code']}/approve/"
            self.doors[entry["approved_by"]].post(path, reason=entry["answer"])
        return len(self.content["half_way"])

    def overtaken(self) -> int:
        """Changes by hand of what somebody has proposed to change otherwise."""
        for entry in self.content["overtaken"]:
            path = f"assets/{self.codes[entry['dataset']]}/"
            self.doors[entry["by"]].patch(path, description=entry["description"])
        return len(self.content["overtaken"])

    def deputies(self) -> int:
        now = datetime.now(UTC)
        for entry in self.content["deputies"]:
            person = self.doors[entry["person"]]
            if not person.get("delegations/", page_size=1)["count"]:
                until = now + timedelta(days=entry["days"])
                said = {"starts_at": now.isoformat(), "ends_at": until.isoformat()}
                person.post("delegations/", deputy=entry["deputy"], reason=entry["reason"], **said)
        return len(self.content["deputies"])
