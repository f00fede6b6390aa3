"""The company's glossary and data products, said to the portal by its people. Knows no Django."""

from pathlib import Path
from typing import Any

import yaml

from govportal.demo.door import Door

HERE = Path(__file__).parent


class Naming:
    """Each method sends one kind of thing, and returns what to say of it; `codes` are those of datasets."""

    def __init__(self, doors: dict[str, Door], codes: dict[str, str]) -> None:
        self.doors, self.ada, self.codes = doors, doors["ada"], codes
        self.content: dict[str, Any] = yaml.safe_load((HERE / "glossary.yaml").read_text(encoding="utf-8"))
        self.terms: dict[str, dict[str, Any]] = {}

    def glossary(self) -> str:
        """Ada brings the terms in; others decide about them."""
        if not self.ada.get("terms/", page_size=1)["count"]:
            document = (HERE / "glossary.csv").read_text(encoding="utf-8")
            self.ada.post("terms/import/", document=document)
        self._read()
        for name, slugs in self.content["approved"].items():
            for slug in slugs:
                self._once(name, slug, "in_review", "approve")
        for entry in self.content["rejected"]:
            self._once(entry["by"], entry["term"], "in_review", "reject", reason=entry["reason"])
        self._read()
        for entry in self.content["deprecated"]:
            said = {name: entry[name] for name in ("replacement", "reason")}
            self._once(entry["by"], entry["term"], "approved", "deprecate", **said)
        links = sum(self._link(entry) for entry in self.content["links"])
        return f"{len(self.terms)} terms, {links} links to data"

    def products(self) -> str:
        known = {row["slug"] for row in self.ada.every("products/")}
        for entry in (one for one in self.content["products"] if one["slug"] not in known):
            said = {name: value for name, value in entry.items() if name not in {"inputs", "outputs"}}
            code = self.ada.post("products/", **said)["code"]
            for direction in ("input", "output"):
                for dataset in entry[f"{direction}s"]:
                    self.ada.post(f"products/{code}/ports/", direction=direction, asset=self.codes[dataset])
        return str(len(self.content["products"]))

    def proposals(self) -> int:
        for entry in self.content["proposals"]:
            self.doors[entry["author"]].post(
                "proposals/",
                verb="catalog.change_term",
                subject=self.terms[entry["term"]]["code"],
                changes=entry["changes"],
                reason=entry["reason"],
            )
        return len(self.content["proposals"])

    def _read(self) -> None:
        self.terms = {row["slug"]: row for row in self.ada.every("terms/")}

    def _once(self, name: str, slug: str, status: str, verb: str, **said: Any) -> None:
        term = self.terms[slug]
        if term["status"] == status:
            self.doors[name].post(f"terms/{term['code']}/{verb}/", **said)

    def _link(self, entry: dict[str, Any]) -> int:
        for said in entry["terms"]:
            slug, _, column = said.partition(" of ")
            self.doors[entry["by"]].post(
                f"assets/{self.codes[entry['dataset']]}/terms/", term=slug, column=column or None
            )
        return len(entry["terms"])
