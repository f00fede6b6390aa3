"""Many assets changed at once: prepared, looked at, started, undone."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from govportal.client.answers import Job
from govportal.client.edits import BulkEdit, BulkItem
from govportal.client.jobs import Jobs
from govportal.client.pages import Found
from govportal.client.requests import Requests
from govportal.client.shapes import read

PATH = "bulk-edits/"


class BulkEdits:
    """The caller's own bulk edits."""

    def __init__(self, requests: Requests, jobs: Jobs) -> None:
        self._requests, self._jobs = requests, jobs

    def list(self) -> Found[BulkEdit]:
        return self._requests.list(BulkEdit, PATH)

    def get(self, code: UUID) -> BulkEdit:
        """One of them, with how far it is."""
        return self._requests.one(BulkEdit, f"{PATH}{code}/")

    def prepare(
        self, wishes: Mapping[str, Any], *, query: str | None = None, assets: Iterable[UUID] | None = None
    ) -> BulkEdit:
        """Select by a search, as "q=orders&domain=sales", or by codes; nothing is changed yet."""
        chosen = {"query": query} if assets is None else {"assets": [*assets]}
        return read(BulkEdit, self._requests.send("POST", PATH, {**chosen, "set": wishes}))

    def start(self, edit: BulkEdit, *, propose: bool = False, reason: str = "") -> Job:
        """Carry it out; with `propose`, what the caller may not change is proposed."""
        body = {"propose": propose, "reason": reason}
        return self._jobs.started(self._requests.send("POST", f"{PATH}{edit.code}/start/", body))

    def items(self, edit: BulkEdit, **filters: Any) -> Found[BulkItem]:
        """Its assets one by one; `state="skipped"` for some of them."""
        return self._requests.list(BulkItem, f"{PATH}{edit.code}/items/", filters)

    def undo(self, edit: BulkEdit) -> BulkEdit:
        """Prepare to say again what was said before; start that to do it."""
        return read(BulkEdit, self._requests.send("POST", f"{PATH}{edit.code}/undo/"))

    def discard(self, edit: BulkEdit) -> None:
        """Forget one that was not started."""
        self._requests.send("DELETE", f"{PATH}{edit.code}/")
