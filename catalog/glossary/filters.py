from typing import cast

import django_filters
from rest_framework.request import Request

from accesscontrol.web import caller
from catalog.domains.reads import with_below
from catalog.glossary.models import Term, TermQuerySet


class TermFilter(django_filters.FilterSet):
    """The query string of the list of terms."""

    q = django_filters.CharFilter(method="words", label="Words of the name, a synonym, the definition")
    status = django_filters.MultipleChoiceFilter(choices=Term.Status.choices)
    parent = django_filters.CharFilter("parent__slug", label="The slug of the term above")
    domain = django_filters.CharFilter(method="within", label="A domain's slug: with those below it")
    owner = django_filters.CharFilter("owner__username", label="The owner's user name")
    reviewer = django_filters.CharFilter("reviewers__username", label="A reviewer's user name")

    class Meta:
        model = Term
        fields = ["slug", "name"]

    def words(self, rows: TermQuerySet, name: str, value: str) -> TermQuerySet:
        return rows.saying(value)

    def within(self, rows: TermQuerySet, name: str, value: str) -> TermQuerySet:
        reader = caller(cast(Request, self.request))
        return rows.filter(domain__in=with_below(reader=reader, slugs=[value]))
