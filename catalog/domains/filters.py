from typing import cast

import django_filters
from rest_framework.request import Request

from accesscontrol.web import caller
from catalog.domains.models import Domain, DomainQuerySet
from catalog.domains.reads import with_below


class DomainFilter(django_filters.FilterSet):
    """The query string of the list of domains."""

    parent = django_filters.CharFilter("parent__slug", label="The slug of what they stand in")
    within = django_filters.CharFilter(method="below", label="The slug of a domain: it and all below it")

    class Meta:
        model = Domain
        fields = ["slug", "name"]

    def below(self, rows: DomainQuerySet, name: str, value: str) -> DomainQuerySet:
        reader = caller(cast(Request, self.request))
        return rows.filter(pk__in=with_below(reader=reader, slugs=[value]))
