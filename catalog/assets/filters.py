from typing import Any

import django_filters
from django.db.models import QuerySet

from accesscontrol.identity.models import Clearance
from catalog.assets.models import Asset, AssetQuerySet

LEVELS = [(label.lower(), label) for _, label in Clearance.choices]


class AssetFilter(django_filters.FilterSet):
    """The query string of the list of assets."""

    q = django_filters.CharFilter(method="words", label="Words, as the search takes them")
    kind = django_filters.MultipleChoiceFilter(choices=Asset.Kind.choices)
    status = django_filters.MultipleChoiceFilter(choices=Asset.Status.choices)
    domain = django_filters.CharFilter("domain__slug", label="The domain's slug")
    source = django_filters.UUIDFilter("source__code", label="The source's code")
    owner = django_filters.CharFilter("owner__username", label="The owner's user name")
    sensitivity = django_filters.MultipleChoiceFilter(choices=LEVELS, method="levels")
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte")
    removed = django_filters.BooleanFilter("removed_at", "isnull", exclude=True)

    class Meta:
        model = Asset
        fields = ["namespace", "name", "has_personal_data", "gdpr_category", "location"]

    def words(self, rows: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        return rows.matching(value)

    def levels(self, rows: QuerySet[Asset], name: str, value: list[Any]) -> QuerySet[Asset]:
        wanted = [level for level, (word, _) in enumerate(LEVELS) if word in value]
        return rows.filter(sensitivity__in=wanted) if value else rows
