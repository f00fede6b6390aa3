"""What the company's people said about their data, as it stands in demo.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("demo.yaml")


@dataclass(frozen=True)
class Domain:
    """Without a steward of its own, the one of its `parent` answers for it."""

    slug: str
    name: str
    description: str
    steward: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Place:
    """Where assets of a matching name belong; `sensitivity` 0 to 3, None where nobody said."""

    match: str
    domain: str
    sensitivity: int | None = None
    owner: str = ""


@dataclass(frozen=True)
class AccessRequest:
    """Somebody asks for something; granted where it says by whom."""

    author: str
    dataset: str
    days: int
    reason: str
    approved_by: str = ""


@dataclass(frozen=True)
class Identity:
    """A column by whose value a person is found."""

    dataset: str
    column: str
    identity: str


@dataclass(frozen=True)
class SensitiveColumns:
    dataset: str
    level: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A quality rule; `fails` where a planted defect breaks it."""

    name: str
    dataset: str
    kind: str
    threshold: float
    severity: str
    description: str
    column: str = ""
    parameters: Mapping[str, Any] | None = None
    fails: bool = False


@dataclass(frozen=True)
class Proposal:
    author: str
    dataset: str
    changes: Mapping[str, Any]
    reason: str


@dataclass(frozen=True)
class Consent:
    """A consent, or a refusal, given `days_ago` and maybe revoked since."""

    subject: str
    kind: str
    purpose: str
    granted: bool
    version: str
    days_ago: int
    revoked_days_ago: int | None = None


@dataclass(frozen=True)
class Demo:
    """Everything in demo.yaml; `policies` are documents in the stored form."""

    content: Mapping[str, Any]

    @cached_property
    def domains(self) -> list[Domain]:
        return [Domain(**entry) for entry in self.content["domains"]]

    @cached_property
    def places(self) -> list[Place]:
        return [Place(**entry) for entry in self.content["assets"]]

    @cached_property
    def identities(self) -> list[Identity]:
        return [Identity(**entry) for entry in self.content["identities"]]

    @cached_property
    def sensitive(self) -> list[SensitiveColumns]:
        return [
            SensitiveColumns(entry["dataset"], entry["level"], tuple(entry["columns"]))
            for entry in self.content["sensitive"]
        ]

    @cached_property
    def rules(self) -> list[Rule]:
        return [Rule(**entry) for entry in self.content["rules"]]

    @cached_property
    def proposals(self) -> list[Proposal]:
        return [Proposal(**entry) for entry in self.content["proposals"]]

    @cached_property
    def consents(self) -> list[Consent]:
        return [Consent(**entry) for entry in self.content["consents"]]

    @property
    def policies(self) -> list[dict[str, Any]]:
        return list(self.content["policies"])

    @cached_property
    def access_requests(self) -> list[AccessRequest]:
        return [AccessRequest(**entry) for entry in self.content["access_requests"]]

    @property
    def policy_change(self) -> dict[str, Any]:
        return dict(self.content["policy_change"])

    def place_of(self, dataset: str) -> Place | None:
        """The first entry whose pattern fits `database.schema.table`, None where nobody said anything."""
        return next((place for place in self.places if fnmatchcase(dataset, place.match)), None)


def load_demo() -> Demo:
    return Demo(yaml.safe_load(FILE.read_text(encoding="utf-8")))
