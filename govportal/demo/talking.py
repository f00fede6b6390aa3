"""What the company's people ask, answer, announce and follow, through the portal. Knows no Django."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from govportal.demo.door import Door

FILE = Path(__file__).with_name("talking.yaml")


class Talking:
    """Each method sends one kind of thing, and returns how much it was; `codes` are those of datasets."""

    def __init__(self, doors: dict[str, Door], codes: dict[str, str]) -> None:
        self.doors, self.codes = doors, codes
        self.content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))

    def read_all(self) -> None:
        """Everybody has read what the building of the company itself told them."""
        for door in self.doors.values():
            door.post("notices/read-all/")

    def follows(self) -> int:
        wanted = [(who, name) for who, names in self.content["follows"].items() for name in names]
        for who, name in wanted:
            self.doors[who].put(f"follows/asset/{self.codes[name]}/")
        return len(wanted)

    def questions(self) -> int:
        known = {row["posts"][0]["text"] for row in self.doors["ada"].every("discussions/")}
        for entry in (one for one in self.content["questions"] if one["text"] not in known):
            self._talk(entry)
        return len(self.content["questions"])

    def announcements(self) -> int:
        domains = {row["slug"]: row["code"] for row in self.doors["ada"].every("domains/")}
        known = {row["title"] for row in self.doors["ada"].every("announcements/")}
        for entry in (one for one in self.content["announcements"] if one["title"] not in known):
            said = {name: entry[name] for name in ("title", "text", "severity") if name in entry}
            if "domain" in entry:
                said |= {"about_type": "domain", "about_code": domains[entry["domain"]]}
            until = datetime.now(UTC) + timedelta(days=entry["days"])
            self.doors[entry["by"]].post("announcements/", until=until.isoformat(), **said)
        return len(self.content["announcements"])

    def _talk(self, entry: dict[str, Any]) -> None:
        """Ask, answer, accept and resolve, each in the name of its person."""
        about = {"about_type": "asset", "about_code": self.codes[entry["dataset"]]}
        kind, asking = entry.get("kind", "question"), self.doors[entry["by"]]
        thread = asking.post("discussions/", text=entry["text"], kind=kind, **about)["code"]
        for said in entry.get("answers", []):
            answered = self.doors[said["by"]].post(f"discussions/{thread}/answer/", text=said["text"])
            if said.get("accepted"):
                asking.post(f"posts/{answered['posts'][-1]['code']}/accept/")
        if "resolved_by" in entry:
            self.doors[entry["resolved_by"]].post(f"discussions/{thread}/resolve/")
