"""Olga plans, Peter approves, Vera only looks; and the shop is a harvested source of theirs."""

from typing import Any

from django.contrib.auth.models import Group

from accesscontrol.identity.models import Clearance, User
from catalog.assets.models import Asset, Field
from catalog.enforcement import plans
from catalog.enforcement.models import Enforcement, Plan
from catalog.enforcement.services import add_row_rule, map_role, save_enforcement
from tests.build import make_policy, make_user
from tests.catalog.enforcement.governed import Shop
from tests.catalog.scratch import harvest, make_source

TAGS = {
    "email": {"identity": "email"},
    "born": {"gdpr_sensitivity": "medium"},
    "balance": {"sensitive": True},
}


class Company:
    """The portal's side of a governed shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        make_policy("all", actions=["view", "change"])
        self.olga = make_user("olga", "platform_engineer")
        self.peter = make_user("peter", "steward")
        self.vera = make_user("vera", "viewer", location="eu", clearance=Clearance.INTERNAL)
        self.source = make_source(shop.scratch)
        harvest(self.source)
        self.asset = Asset.objects.get(name__endswith="shop.customers")
        for name, tags in TAGS.items():
            Field.objects.filter(asset=self.asset, name=name).update(**tags)
        self.enforcement = self.set_up()
        self.mapping = map_role(
            enforcement=self.enforcement,
            actor="olga",
            database_role=shop.role("eu"),
            group=Group.objects.get(name="viewer"),
            entitlements={"region": ["eu"]},
        )
        self.rule = add_row_rule(
            enforcement=self.enforcement, actor="olga", asset=self.asset, column="region", attribute="region"
        )

    def set_up(self, **changes: Any) -> Enforcement:
        names = {"owner_role": self.shop.role("gov_owner"), "unmask_prefix": self.shop.prefix}
        return save_enforcement(source=self.source, actor="olga", changes={**names, **changes})

    def plan(self, author: User | None = None) -> Plan:
        made = plans.make_plan(enforcement=self.fresh(), actor=author or self.olga)
        assert made is not None
        return made

    def approved(self) -> Plan:
        plan = self.plan()
        plans.ask_review(plan=plan, actor="olga")
        plan.refresh_from_db()
        plans.approve_plan(plan=plan, actor=self.peter)
        plan.refresh_from_db()
        return plan

    def applied(self) -> Plan:
        plan = self.approved()
        plans.apply_plan(plan=plan, actor="olga")
        plan.refresh_from_db()
        return plan

    def fresh(self) -> Enforcement:
        return Enforcement.objects.select_related("source").get(pk=self.enforcement.pk)

    def sees(self, query: str, role: str = "eu") -> Any:
        return self.shop.ask(self.shop.role(role), query)
