"""Assets: found, read, changed, and proposed about."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from govportal.client.answers import Asset, AssetDetail, Field
from govportal.client.errors import Ambiguous, NotFound
from govportal.client.pages import PAGE_SIZE, Found, Hits
from govportal.client.proposals import Proposal
from govportal.client.requests import Requests
from govportal.client.shapes import read

CHANGE_ASSET = "catalog.change_asset"  # the verb of a proposal
Ref = Asset | UUID | str  # an asset, its code, or its name


class Assets:
    """Everything governed that the caller may see."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    def search(self, words: str = "", *, page_size: int = PAGE_SIZE, **facets: Any) -> Hits:
        """What a search finds, the best first; facets as `domain="sales"` or `kind=["table", "view"]`."""
        asked = {"q": words or None, **facets}
        return Hits(lambda page: self._requests.get("search/", {**asked, **page}), page_size)

    def list(self, *, page_size: int = PAGE_SIZE, **filters: Any) -> Found[Asset]:
        """Assets by the filters of /api/v1/assets/, for example `owner="ana"`, `tier=1`."""
        return self._requests.list(Asset, "assets/", filters, page_size)

    def get(self, ref: Ref) -> AssetDetail:
        """One asset, by its code or its name; raises NotFound, or Ambiguous for a name of several."""
        return self._requests.one(AssetDetail, f"assets/{self.code(ref)}/")

    def register(self, *, kind: str, namespace: str, name: str, **said: Any) -> AssetDetail:
        """Add an asset that no source tells of; `fields` is a list of mappings with at least `name`."""
        body = {"kind": kind, "namespace": namespace, "name": name, **said}
        return read(AssetDetail, self._requests.send("POST", "assets/", body))

    def change(self, ref: Ref, changes: Mapping[str, Any], *, version: int | None = None) -> AssetDetail:
        """Change what is given; raises Conflict where `version` is not the present one."""
        return read(AssetDetail, self._change(f"assets/{self.code(ref)}/", changes, version))

    def change_field(
        self, field: Field | UUID, changes: Mapping[str, Any], *, version: int | None = None
    ) -> Field:
        """Change what is said about one field; as `change`."""
        code = field.code if isinstance(field, Field) else field
        return read(Field, self._change(f"fields/{code}/", changes, version))

    def _change(self, path: str, changes: Mapping[str, Any], version: int | None) -> Any:
        given = {} if version is None else {"version": version}
        return self._requests.send("PATCH", path, {**changes, **given})

    def propose(self, ref: Ref, changes: Mapping[str, Any], *, reason: str) -> Proposal:
        """Ask for a change of what the caller may not change; it waits for who may."""
        body = {"verb": CHANGE_ASSET, "subject": self.code(ref), "changes": changes, "reason": reason}
        return read(Proposal, self._requests.send("POST", "proposals/", body))

    def code(self, ref: Ref) -> UUID:
        """The code of what is meant."""
        if isinstance(ref, Asset):
            return ref.code
        return one_named("asset", ref, self._named)

    def _named(self, name: str) -> Sequence[tuple[UUID, str]]:
        return [(each.code, f"{each.kind} in {each.namespace}") for each in self.list(name=name)]


def one_named(what: str, ref: UUID | str, named: Any) -> UUID:
    """The code that `ref` is, or the one of what it names; raises NotFound or Ambiguous."""
    if isinstance(ref, UUID):
        return ref
    try:
        return UUID(ref)
    except ValueError:
        found = named(ref)
    if len(found) > 1:
        listed = "; ".join(f"{code} ({said})" for code, said in found)
        raise Ambiguous(f"There are {len(found)} of the name “{ref}”. Give a code: {listed}.")
    if not found:
        raise NotFound(f"There is no {what} “{ref}” that you may see.", 404)
    return UUID(str(found[0][0]))
