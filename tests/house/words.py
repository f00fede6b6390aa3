"""Words of the shop and a data product, for the world of the house tests."""

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.domains.models import Domain
from catalog.glossary.models import Term
from catalog.glossary.relating import relate_terms
from catalog.glossary.services import save_term
from catalog.products.models import Product
from catalog.products.services import add_ports, save_product
from catalog.termlinks.services import link_terms
from catalog.termreviews.services import submit_term


class Words:
    """A term, one below it in review, and a product; `mean` puts an asset to both."""

    def __init__(self, ada: User, sales: Domain) -> None:
        said = {"domain": sales, "definition": "What a customer asks for."}
        self.term: Term = save_term(actor=ada, changes={"slug": "order", "name": "Order", **said})
        below = {"slug": "basket", "name": "Basket", "parent": self.term, **said}
        other = submit_term(term=save_term(actor=ada, changes=below), actor=ada)
        relate_terms(term=other, kind="part_of", other=self.term, actor=ada)
        figures = {"slug": "sales-figures", "name": "Sales figures", "domain": sales}
        self.product: Product = save_product(actor="ada", changes=figures)

    def mean(self, asset: Asset) -> None:
        link_terms(asset=asset, terms=[self.term], actor="ada")
        add_ports(asset=asset, direction="output", products=[self.product], actor="ada")
