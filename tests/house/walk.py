"""Every address of the portal, what stands in it, and how it is asked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import models, transaction
from django.test import Client
from django.urls import get_resolver
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accesscontrol.audit.models import Entry
from accesscontrol.display.stubs import Stubs
from accesscontrol.identity.models import User
from tests.house.rules import declared, routes

# What the id in an address names, by how the address begins; the longest beginning wins.
NAMED = {
    "audit/": "accesscontrol.Entry",
    "access/grants/": "accesscontrol.Grant",
    "access/grants/about/": "catalog.Asset",
    "access/people/": "accesscontrol.User",
    "access/roles/": "accesscontrol.Role",
    "access/teams/": "accesscontrol.Team",
    "access/policies/": "accesscontrol.Policy",
    "access/changes/": "accesscontrol.PolicySet",
    "account/tokens/": "accesscontrol.ApiToken",
    "account/password/": "accesscontrol.User",
    "access/request/": "catalog.Asset",
    "access/requests/": "stewardship.AccessRequest",
    "access/requests/more/": "accesscontrol.Grant",
    "access/emergencies/": "accesscontrol.Emergency",
    "access/who/": "catalog.Asset",
    "access/what/": "accesscontrol.User",
    "access/why/": "catalog.Asset",
    "access/campaigns/": "stewardship.Campaign",
    "access/campaigns/items/": "stewardship.Item",
    "access/simulations/": "stewardship.Simulation",
    "access/simulations/of/": "accesscontrol.PolicySet",
    "announcements/": "stewardship.Announcement",
    "following/": "catalog.Asset",
    "discussions/": "stewardship.Thread",
    "discussions/about/": "catalog.Asset",
    "discussions/asset/": "catalog.Asset",
    "discussions/posts/": "stewardship.Post",
    "jobs/": "stewardship.Job",
    "notices/": "stewardship.Notice",
    "inbox/proposals/": "stewardship.Proposal",
    "inbox/chains/": "stewardship.Chain",
    "account/deputies/": "stewardship.Delegation",
    "catalog/assets/": "catalog.Asset",
    "catalog/fields/": "catalog.Field",
    "catalog/tags/": "catalog.Tag",
    "catalog/properties/": "catalog.Property",
    "catalog/classifications/": "catalog.Classification",
    "catalog/people/": "accesscontrol.User",
    "catalog/teams/": "accesscontrol.Team",
    "catalog/renames/": "catalog.RenameProposal",
    "catalog/domains/": "catalog.Domain",
    "catalog/bulk/": "catalog.BulkEdit",
    "catalog/views/": "catalog.SavedView",
    "catalog/exchange/imports/": "catalog.MetadataImport",
    "catalog/glossary/": "catalog.Term",
    "catalog/products/": "catalog.Product",
    "sources/": "catalog.Source",
    "sources/harvests/": "catalog.Harvest",
    "lineage/": "catalog.Asset",
    "lineage/events/": "lineage.Event",
    "quality/rules/": "quality.Rule",
    "quality/assets/": "catalog.Asset",
    "quality/jobs/": "stewardship.Job",
    "quality/violations/": "quality.Violation",
    "ml/models/": "mlgovernance.ModelVersion",
    "ml/assets/": "catalog.Asset",
    "compliance/requests/": "compliance.SubjectRequest",
    "compliance/consent/": "compliance.ConsentRecord",
    "api/v1/grants/": "accesscontrol.Grant",
    "api/v1/people/": "accesscontrol.User",
    "api/v1/policies/": "accesscontrol.Policy",
    "api/v1/policy-sets/": "accesscontrol.PolicySet",
    "api/v1/roles/": "accesscontrol.Role",
    "api/v1/teams/": "accesscontrol.Team",
    "api/v1/tokens/": "accesscontrol.ApiToken",
    "api/v1/access-requests/": "stewardship.AccessRequest",
    "api/v1/announcements/": "stewardship.Announcement",
    "api/v1/follows/": "catalog.Asset",
    "api/v1/discussions/": "stewardship.Thread",
    "api/v1/discussions/people/": "catalog.Asset",
    "api/v1/posts/": "stewardship.Post",
    "api/v1/jobs/": "stewardship.Job",
    "api/v1/notices/": "stewardship.Notice",
    "api/v1/proposals/": "stewardship.Proposal",
    "api/v1/chains/": "stewardship.Chain",
    "api/v1/delegations/": "stewardship.Delegation",
    "api/v1/campaigns/": "stewardship.Campaign",
    "api/v1/campaign-items/": "stewardship.Item",
    "api/v1/access/who/": "catalog.Asset",
    "api/v1/access/what/": "accesscontrol.User",
    "api/v1/access/simulations/": "stewardship.Simulation",
    "api/v1/assets/": "catalog.Asset",
    "api/v1/fields/": "catalog.Field",
    "api/v1/tags/": "catalog.Tag",
    "api/v1/properties/": "catalog.Property",
    "api/v1/classifications/": "catalog.Classification",
    "api/v1/bulk-edits/": "catalog.BulkEdit",
    "api/v1/saved-views/": "catalog.SavedView",
    "api/v1/metadata-imports/": "catalog.MetadataImport",
    "api/v1/renames/": "catalog.RenameProposal",
    "api/v1/domains/": "catalog.Domain",
    "api/v1/terms/": "catalog.Term",
    "api/v1/products/": "catalog.Product",
    "api/v1/sources/": "catalog.Source",
    "api/v1/harvests/": "catalog.Harvest",
    "api/v1/lineage/": "catalog.Asset",
    "api/v1/lineage/events/": "lineage.Event",
    "api/v1/lineage/runs/": "lineage.Run",
    "api/v1/rules/": "quality.Rule",
    "api/v1/results/": "quality.Result",
    "api/v1/violations/": "quality.Violation",
    "api/v1/models/": "mlgovernance.ModelVersion",
    "api/v1/training-runs/": "mlgovernance.TrainingRun",
    "api/v1/deployments/": "mlgovernance.Deployment",
    "api/v1/consents/": "compliance.ConsentRecord",
    "api/v1/subject-requests/": "compliance.SubjectRequest",
}
FOREIGN = ("admin/", "static/")  # Django's back office asks for a member of staff by itself
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
# A body that says something plausible wherever one is read.
BODY: dict[str, Any] = {
    "reason": "because", "name": "other", "title": "other", "description": "other words", "note": "done",
    "action": "view", "days": 7, "permissions": [], "status": "testing", "verdict": "approved",
    "threshold": 0.5, "how": "passport", "changes": {"description": "other words"}, "enabled": False,
    "granted": False, "state": "in_progress", "summary": "other", "policy": "internal", "seen": "",
    "text": "other words",
}  # fmt: skip
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """One address and the view behind it."""

    path: str
    view: Any

    @property
    def parameters(self) -> list[tuple[str, str]]:
        return PARAMETER.findall(self.path)

    @property
    def is_api(self) -> bool:
        return hasattr(self.view, "cls")

    @property
    def floor(self) -> str:
        holder = getattr(self.view, "cls", None) or getattr(self.view, "view_class", None) or self.view
        floor = holder.__module__.partition(".")[0]
        return floor if floor != "django" else "accesscontrol"

    @property
    def door(self) -> Any:
        return declared(self.view)

    @property
    def methods(self) -> list[str]:
        """Those of the API as it declares them; a page says so itself, with 405."""
        if not self.is_api:
            return ["get", "post"]
        actions = getattr(self.view, "actions", None)
        return [name for name in METHODS if (name in actions if actions else hasattr(self.view.cls, name))]

    @property
    def model(self) -> Any:
        """The model whose id stands in the address; None when the list above does not say."""
        begins = [start for start in NAMED if self.path.startswith(start)]
        return apps.get_model(NAMED[max(begins, key=len)]) if begins else None

    def address(self, values: Mapping[str, Any]) -> str:
        return "/" + PARAMETER.sub(lambda found: str(values[found[2]]), self.path)


def every_route() -> list[Route]:
    found = (Route(path, view) for path, view in routes(get_resolver().url_patterns))
    return [route for route in found if not route.path.startswith(FOREIGN)]


def values(route: Route, row: models.Model, reader: User) -> Iterator[dict[str, Any]]:
    """Yield the values that put `row` into the address of `route`, as `reader` was given them."""
    own = {"code": getattr(row, "code", None), "pk": row.pk, "slug": "quality", "kind": "snowflake"}
    own |= {"username": getattr(row, "username", ""), "about": "asset"}
    kinds = {name: kind for kind, name in route.parameters}
    if kinds.get("token") == "stub":
        yield {"token": Stubs(settings.SECRET_KEY, reader.pk).id_of(row.pk)}
    elif "uidb64" in kinds:
        token = default_token_generator.make_token(row)  # type: ignore[arg-type]
        yield {"uidb64": urlsafe_base64_encode(force_bytes(row.pk)), "token": token}
    elif parts := PARTS.get(next((name for name in kinds if name in PARTS), "")):
        yield from ({**own, **each} for each in parts(row))
    elif "number" in kinds:
        yield from ({**own, "number": each} for each in _numbers(row))
    else:
        yield own


def _numbers(row: Any) -> list[int]:
    if hasattr(row, "enforcement"):
        return list(row.enforcement.plans.values_list("number", flat=True))
    if row._meta.label == "catalog.Asset":
        return list(row.versions.values_list("number", flat=True))
    return [] if row._meta.label == "catalog.Source" else [row.pk]


PARTS: dict[str, Any] = {
    "mapping": lambda row: [{"mapping": each.code} for each in row.enforcement.mappings.all()],
    "rule": lambda row: [{"rule": each.code} for each in row.enforcement.row_rules.all()],
    "person": lambda row: [{"person": each.code} for each in row.members.all()],
    "token": lambda row: [{"token": each.code} for each in row.tokens.all()],
}


def missing(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with ids that nothing has."""
    return {name: _nothing(value) for name, value in given.items()} | {"username": uuid4().hex}


def _nothing(value: Any) -> Any:
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, int):
        return 2_000_000_000
    return f"hidden-{uuid4().hex}" if str(value).startswith("hidden-") else value


@dataclass(frozen=True)
class Answer:
    """What came back, without what is new in every answer, and what the log says happened."""

    status: int
    location: str
    body: str
    facts: tuple[str, ...]
    headers: str = ""


class Caller:
    """Somebody at a browser or a program; whatever an answer changed is taken back."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.client = Client(raise_request_exception=False)
        if user:
            self.client.force_login(user)
        self.cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def ask(
        self, method: str, address: str, body: Any = None, *, api: bool = False, **headers: str
    ) -> Answer:
        self.client.cookies.load(self.cookies)
        given: Any = body if method == "get" else (body or {})
        kind = {"content_type": "application/json"} if api and method != "get" else {}
        last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        mark = transaction.savepoint()
        try:
            answer = getattr(self.client, method)(address, given, **kind, headers=headers)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if transaction.get_connection().needs_rollback:
                transaction.set_rollback(False)
                facts: tuple[str, ...] = ()
            else:
                facts = tuple(
                    Entry.objects.filter(pk__gt=last).order_by("pk").values_list("action", flat=True)
                )
        finally:
            transaction.savepoint_rollback(mark)
            self.client.cookies.clear()
        told = "\n".join(f"{name}: {value}" for name, value in answer.items())
        text = content.decode(errors="replace")
        return Answer(answer.status_code, answer.get("Location", ""), text, facts, told)
