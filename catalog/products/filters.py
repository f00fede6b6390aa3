from typing import cast

import django_filters
from django.db.models import Q
from rest_framework.request import Request

from accesscontrol.web import caller
from catalog.domains.reads import with_below
from catalog.products.models import Product, ProductQuerySet


class ProductFilter(django_filters.FilterSet):
    """The query string of the list of products."""

    q = django_filters.CharFilter(method="words", label="Words of the name or the description")
    status = django_filters.MultipleChoiceFilter(choices=Product.Status.choices)
    domain = django_filters.CharFilter(method="within", label="A domain's slug: with those below it")
    owner = django_filters.CharFilter("owner__username", label="The owner's user name")

    class Meta:
        model = Product
        fields = ["slug", "name"]

    def words(self, rows: ProductQuerySet, name: str, value: str) -> ProductQuerySet:
        for word in value.split()[:20]:
            rows = rows.filter(Q(name__icontains=word) | Q(description__icontains=word))
        return rows

    def within(self, rows: ProductQuerySet, name: str, value: str) -> ProductQuerySet:
        reader = caller(cast(Request, self.request))
        return rows.filter(domain__in=with_below(reader=reader, slugs=[value]))
