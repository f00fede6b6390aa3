"""Who answers for assets and fields, as approval chains ask for them."""

from catalog.assets.models import Asset, Field
from catalog.domains.reads import codes_upwards
from stewardship.approvals.verbs import Answering

OF_ASSET = Answering(
    Asset,
    {
        "owner": ["owner"],
        "business_owner": ["business_owner"],
        "steward": ["steward", "domain__answering"],
        "steward_above": ["domain__parent__answering"],
    },
    lambda asset: codes_upwards(asset.domain_id),
)
OF_FIELD = Answering(
    Field,
    {who: [f"asset__{path}" for path in paths] for who, paths in OF_ASSET.people.items()},
    lambda field: codes_upwards(field.asset.domain_id),
)
