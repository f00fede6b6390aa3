"""What the company's people vouch for, tag and want to know besides, said to the portal by them.

Knows no Django.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from govportal.demo.door import Door

SAID = Path(__file__).with_name("meaning.yaml")


class Meaning:
    """Each method sends one kind of thing, and returns how much it was; what is there is left as it is."""

    def __init__(self, doors: dict[str, Door], codes: dict[str, str]) -> None:
        self.doors, self.ada, self.codes = doors, doors["ada"], codes
        self.said: dict[str, Any] = yaml.safe_load(SAID.read_text("utf-8"))

    def properties(self) -> int:
        known = {row["name"] for row in self.ada.every("properties/")}
        for one in self.said["properties"]:
            if one["name"] not in known:
                self.ada.post("properties/", **one)
        return len(self.said["properties"])

    def tags(self) -> int:
        """Tags of assets and of their fields; how many fields."""
        self.ada.post("classifications/usual/")
        number = 0
        for asset in self.said["assets"]:
            code = self.codes[asset["name"]]
            if "tags" in asset:
                self.ada.put(f"assets/{code}/tags/", tags=asset["tags"])
            columns = asset.get("fields", {})
            if columns:
                rows = {row["name"]: row["code"] for row in self.ada.get(f"assets/{code}/fields/")}
                for column, paths in columns.items():
                    self.ada.put(f"fields/{rows[column]}/tags/", tags=paths)
                    number += 1
        return number

    def assets(self) -> int:
        for asset in self.said["assets"]:
            says = dict(asset["says"])
            if "instead" in asset:
                says["replacement"] = self.codes[asset["instead"]]
            self.ada.patch(f"assets/{self.codes[asset['name']]}/", **says)
        return len(self.said["assets"])

    def certificates(self) -> int:
        wanted = [one for one in self.said["assets"] if "certificate" in one]
        for asset in wanted:
            at = f"assets/{self.codes[asset['name']]}/certificates/"
            says = asset["certificate"]
            if not self.ada.get(at):
                until = (datetime.now(UTC) + timedelta(days=says["days"])).date()
                self.ada.post(at, level=says["level"], reason=says["reason"], until=str(until))
        return len(wanted)

    def proposals(self) -> int:
        for one in self.said["proposals"]:
            self.doors[one["by"]].post(
                "proposals/",
                verb=one["verb"],
                subject=self.codes[one["name"]],
                changes=one["changes"],
                reason=one["reason"],
            )
        return len(self.said["proposals"])
