"""All that people said, as a file: taken away, handed in, looked at, carried out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from govportal.client.answers import Job
from govportal.client.connection import Sent
from govportal.client.jobs import Jobs
from govportal.client.pages import Found
from govportal.client.requests import Requests
from govportal.client.shapes import read

PATH = "metadata-imports/"


@dataclass(frozen=True, kw_only=True)
class ImportExpected:
    """How many rows would do what; `unknown` ones are not compared yet."""

    unknown: int
    new: int
    change: int
    same: int
    refused: int
    wrong: int


@dataclass(frozen=True, kw_only=True)
class ImportOutcome:
    """How many rows became what."""

    waiting: int
    done: int
    same: int
    proposed: int
    skipped: int
    stale: int


@dataclass(frozen=True, kw_only=True)
class MetadataImport:
    """One file that was handed in: compared by the job `preview`, carried out by `job`."""

    code: UUID
    title: str
    propose: bool
    reason: str
    preview: UUID | None
    job: UUID | None
    state: str
    expected: ImportExpected
    outcome: ImportOutcome
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """One row of a file: what it says, what it would do, and what became of it."""

    kind: str
    number: int
    label: str
    expected: str
    state: str
    note: str
    said: dict[str, Any]
    before: dict[str, Any]


class Metadata:
    """Export and import of what people said."""

    def __init__(self, requests: Requests, jobs: Jobs) -> None:
        self._requests, self._jobs = requests, jobs

    def export(self, kind: str | None = None) -> str:
        """The JSON document of all that the caller may see; with `kind` the CSV of that kind."""
        sent = Sent("GET", "metadata/export/", {"kind": kind})
        return self._requests.connection.send(sent).content().decode()

    def prepare(self, document: str, *, kind: str | None = None, title: str = "document") -> MetadataImport:
        """Hand in a file; the job `preview` compares it, and changes nothing."""
        body = {"document": document, "title": title, **({"kind": kind} if kind else {})}
        return read(MetadataImport, self._requests.send("POST", PATH, body))

    def list(self) -> Found[MetadataImport]:
        return self._requests.list(MetadataImport, PATH)

    def get(self, code: UUID) -> MetadataImport:
        """One of them, with how many rows are what by now."""
        return self._requests.one(MetadataImport, f"{PATH}{code}/")

    def start(self, batch: MetadataImport, *, propose: bool = False, reason: str = "") -> Job:
        """Carry it out; with `propose`, what the caller may not change is proposed."""
        body = {"propose": propose, "reason": reason}
        return self._jobs.started(self._requests.send("POST", f"{PATH}{batch.code}/start/", body))

    def rows(self, batch: MetadataImport, **filters: Any) -> Found[ImportRow]:
        """Its rows one by one; `state="skipped"` for some of them."""
        return self._requests.list(ImportRow, f"{PATH}{batch.code}/rows/", filters)

    def discard(self, batch: MetadataImport) -> None:
        """Forget one that was not started."""
        self._requests.send("DELETE", f"{PATH}{batch.code}/")
