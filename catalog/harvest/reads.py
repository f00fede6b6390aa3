from catalog.assets.models import Asset
from catalog.connectors.metadata import TableRef


def place(asset: Asset) -> TableRef:
    """Where a harvested asset stands in its source; of a schema its place is an empty name in it."""
    facts = asset.facts
    if asset.kind == Asset.Kind.SCHEMA:
        return TableRef(facts["database"], facts["title"], "")
    return TableRef(facts["database"], facts.get("schema", ""), facts["title"])
