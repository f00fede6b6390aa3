"""The part of the world in which proposals go through a chain, and somebody stands in for somebody."""

from datetime import timedelta

from django.utils import timezone

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from stewardship.approvals.services import approve, propose
from stewardship.chains.services import save_chain, switch_chain
from stewardship.chains.wishes import Wish
from stewardship.delegations.services import name_deputy
from tests.build import make_user


def decide(*, author: User, first: User, asset: Asset) -> None:
    """Of two steps one is done; a deputy is named."""
    steps = [Wish(who="people", people=[first]), Wish(who="anybody")]
    chain = save_chain(actor=author.username, name="Two steps", steps=steps)
    changes = {"description": "One row for each customer."}
    row = propose(verb="catalog.change_asset", subject=asset, changes=changes, reason="", author=author)
    approve(proposal=row, actor=first)
    switch_chain(chain=chain, actor=author.username, on=False)
    fay, now = make_user("fay", "everything"), timezone.now()
    name_deputy(actor=author, deputy=fay, starts_at=now, ends_at=now + timedelta(days=7))
