from __future__ import annotations

from dataclasses import dataclass

from accesscontrol.identity.models import User
from catalog.assets.models import Asset
from catalog.domains import tree
from catalog.domains.models import Domain
from catalog.domains.reads import Place, paths, places
from catalog.glossary.models import Term
from catalog.products.models import Product

SHOWN = 20


@dataclass(frozen=True)
class Overview:
    """A domain as its reader may see it; the lists are of this domain alone, `place` counts below it too."""

    place: Place
    path: list[Domain]
    below: list[Place]
    products: list[Product]
    terms: list[Term]
    assets: list[Asset]


def overview(*, reader: User, domain: Domain) -> Overview:
    """The number of queries is the same for any reader and any domain."""
    every = places(reader)
    within = tree.below({each.domain.pk: each.domain.parent_id for each in every}, domain.pk)
    around = [each for each in every if each.domain.pk in within]
    return Overview(
        place=around[0],
        path=paths(reader)[domain.pk][:-1],
        below=around[1:],
        products=list(Product.objects.visible_to(reader).filter(domain=domain).for_list()[:SHOWN]),
        terms=list(Term.objects.visible_to(reader).filter(domain=domain).for_list()[:SHOWN]),
        assets=list(
            Asset.objects.visible_to(reader)
            .present()
            .filter(domain=domain)
            .for_list()
            .order_by("name")[:SHOWN]
        ),
    )
