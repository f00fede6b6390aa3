"""Sources: listed, tested, harvested, written down."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from govportal.client.answers import Harvest, HarvestVersion, ImportedSource, Job, Source, SourceTest
from govportal.client.assets import one_named
from govportal.client.connection import Sent
from govportal.client.jobs import Jobs
from govportal.client.pages import Found
from govportal.client.requests import Requests
from govportal.client.shapes import read

YAML = "application/yaml"


class Sources:
    """The systems that the portal reads."""

    def __init__(self, requests: Requests, jobs: Jobs) -> None:
        self._requests, self._jobs = requests, jobs

    def list(self, **filters: Any) -> Found[Source]:
        return self._requests.list(Source, "sources/", filters)

    def get(self, ref: Source | UUID | str) -> Source:
        """One source, by its code or its name."""
        return self._requests.one(Source, self._path(ref))

    def test(self, ref: Source | UUID | str) -> SourceTest:
        """Have the portal sign in at the source."""
        return read(SourceTest, self._requests.send("POST", f"{self._path(ref)}test/"))

    def harvest(
        self, ref: Source | UUID | str, *, thorough: bool = False, accept_removals: bool = False
    ) -> Job:
        """Begin to read the source; a harvest that has not ended is returned instead of doubled."""
        body = {"thorough": thorough, "accept_removals": accept_removals}
        return self._jobs.started(self._requests.send("POST", f"{self._path(ref)}harvest/", body))

    def harvests(self, ref: Source | UUID | str, **filters: Any) -> Found[Harvest]:
        """How the source was read, the latest first."""
        return self._requests.list(Harvest, f"{self._path(ref)}harvests/", filters)

    def noticed(self, harvest: Harvest) -> Found[HarvestVersion]:
        """What a harvest noticed, what breaks readers first."""
        return self._requests.list(HarvestVersion, f"harvests/{harvest.code}/versions/")

    def import_document(self, document: str | Mapping[str, Any]) -> tuple[ImportedSource, ...]:
        """Add or change the sources of a YAML text, or of the same as values: all of them, or none."""
        if isinstance(document, str):
            sent = Sent("POST", "sources/import/", content=document.encode(), content_type=YAML)
        else:
            sent = Sent("POST", "sources/import/", content=json.dumps(document).encode())
        return tuple(read(ImportedSource, row) for row in self._requests.connection.send(sent).data())

    def export(self, ref: Source | UUID | str) -> str:
        """The source as YAML that can be imported again, without its password."""
        sent = Sent("GET", f"{self._path(ref)}export/", accept=YAML)
        return self._requests.connection.send(sent).content().decode()

    def _path(self, ref: Source | UUID | str) -> str:
        code = ref.code if isinstance(ref, Source) else one_named("source", ref, self._named)
        return f"sources/{code}/"

    def _named(self, name: str) -> Sequence[tuple[UUID, str]]:
        return [(each.code, each.kind) for each in self.list(name=name)]
