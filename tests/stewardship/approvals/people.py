"""A small company for chains: who answers for the orders, and who else decides."""

import json
from typing import Any

from accesscontrol.audit.models import Entry
from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from catalog.domains.services import save_domain
from stewardship.approvals import services
from stewardship.approvals.models import Proposal
from stewardship.chains.models import Chain
from stewardship.chains.services import save_chain
from stewardship.chains.wishes import Wish
from tests.build import make_asset, make_policy, make_user

CHANGE = "catalog.change_asset"


class Company:
    """Ana is the steward of sales and owns the orders; ben and cleo are stewards too; leo only looks."""

    def __init__(self) -> None:
        make_policy("all", actions=["view", "change"])
        self.leo = make_user("leo", "viewer", full_name="Leo Blum")
        self.ana = make_user("ana", "steward", full_name="Ana Ruiz")
        self.ben = make_user("ben", "steward", full_name="Ben Ode")
        self.cleo = make_user("cleo", "steward", full_name="Cleo Marsh")
        self.sales = save_domain(actor="tests", slug="sales", name="Sales", steward=self.ana)
        self.orders: Asset = make_asset(description="Orders", domain=self.sales, owner=self.ana)

    def propose(
        self, text: str = "One row per order", author: User | None = None, **changes: Any
    ) -> Proposal:
        said = {"description": text, **changes}
        asset = changes.pop("asset", self.orders)
        said.pop("asset", None)
        return services.propose(
            verb=CHANGE, subject=asset, changes=said, reason="clearer", author=author or self.leo
        )

    def inside(self, parent: Domain, **said: Any) -> Domain:
        """A domain that stands in another."""
        row = save_domain(actor="tests", **said)
        Domain.objects.filter(pk=row.pk).update(parent=parent)
        row.refresh_from_db()
        return row

    def chain(self, *steps: Wish, **scope: Any) -> Chain:
        return save_chain(**{"actor": "tests", "name": "Chain", "steps": steps, **scope})


def details(action: str) -> dict[str, Any]:
    """What the log keeps of the one thing of this kind that happened."""
    found: dict[str, Any] = json.loads(Entry.objects.get(action=action).body)["details"]
    return found


def state(proposal: Proposal) -> str:
    proposal.refresh_from_db()
    return proposal.state


def asked(proposal: Proposal) -> str:
    """Who decides now, in words."""
    return str(proposal.steps.open().get().asked)
