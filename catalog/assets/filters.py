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
    business_owner = django_filters.CharFilter("business_owner__username", label="Their user name")
    steward = django_filters.CharFilter(
        "acting_steward__username",
        label="The steward's user name; the domain's where it names nobody",
    )
    team = django_filters.CharFilter("team__name", label="The team's name")
    tier = django_filters.MultipleChoiceFilter(choices=Asset.Tier.choices)
    certification = django_filters.MultipleChoiceFilter(choices=Asset.Certification.choices)
    certified = django_filters.BooleanFilter(
        method="bearing", label="Whether it bears a certificate that has not run out"
    )
    tag = django_filters.CharFilter(
        method="bearing_tag", label="The path of a tag that it, or a field of it, bears, or one below"
    )
    sensitivity = django_filters.MultipleChoiceFilter(choices=LEVELS, method="levels")
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte")
    removed = django_filters.BooleanFilter("removed_at", "isnull", exclude=True)

    class Meta:
        model = Asset
        fields = ["namespace", "name", "has_personal_data", "gdpr_category", "location"]

    def words(self, rows: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        return rows.matching(value)

    def bearing(self, rows: AssetQuerySet, name: str, value: bool) -> AssetQuerySet:
        return rows.certified() if value else rows.uncertified()

    def bearing_tag(self, rows: AssetQuerySet, name: str, value: str) -> AssetQuerySet:
        return rows.filter(all_tags__contains=[value])

    def levels(self, rows: QuerySet[Asset], name: str, value: list[Any]) -> QuerySet[Asset]:
        wanted = [level for level, (word, _) in enumerate(LEVELS) if word in value]
        return rows.filter(sensitivity__in=wanted) if value else rows
