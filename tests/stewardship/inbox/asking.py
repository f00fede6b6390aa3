"""What the tests of the inbox ask of it."""

from datetime import timedelta
from typing import Any

from accesscontrol.identity.models import User
from stewardship.accessrequests.models import AccessRequest
from stewardship.accessrequests.services import request_access
from stewardship.approvals.models import Proposal
from stewardship.approvals.steps import ProposalStep
from tests.build import make_token
from tests.stewardship.approvals.people import Company


def key(row: Proposal | AccessRequest) -> str:
    return f"{'proposals' if isinstance(row, Proposal) else 'access-requests'}:{row.code}"


def ask_access(company: Company, person: User) -> AccessRequest:
    """Somebody asks to see the orders, for which ana answers."""
    code = str(company.orders.code)
    return request_access(actor=person, asked_as=code, action="view", days=7, reason="Month end")


def due_in(proposal: Proposal, days: float) -> None:
    """Move the due time of the open step there."""
    step = proposal.steps.open().get()
    due = step.opened_at + timedelta(days=days)
    ProposalStep.objects.filter(pk=step.pk).update(due_at=due)


def api(client: Any, method: str, path: str, user: User, body: Any = None) -> Any:
    header = {"Authorization": f"Bearer {make_token(user)}"}
    kind = {"content_type": "application/json"} if method != "get" else {}
    return getattr(client, method)(f"/api/v1/{path}", body, **kind, headers=header)
