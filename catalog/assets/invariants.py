"""What no asset may ever be, whoever writes it."""

from django.db.models import CheckConstraint, F, Func, Q, TextField, UniqueConstraint, Value
from django.db.models.lookups import Exact

_KIND_OF_PROPERTIES = Func(F("properties"), function="jsonb_typeof", output_field=TextField())

INVARIANTS = [
    UniqueConstraint(fields=["namespace", "name"], condition=~Q(kind="job"), name="asset_dataset_once"),
    UniqueConstraint(fields=["namespace", "name"], condition=Q(kind="job"), name="asset_job_once"),
    CheckConstraint(condition=~Q(name="") & ~Q(namespace=""), name="asset_has_a_name"),
    CheckConstraint(
        condition=Q(sensitivity__isnull=True) | Q(sensitivity__lte=3), name="asset_sensitivity_is_a_level"
    ),
    CheckConstraint(condition=Q(tier__isnull=True) | Q(tier__range=(1, 5)), name="asset_tier_is_one_of_five"),
    CheckConstraint(
        condition=Q(certification__in=["", "gold", "silver", "bronze"]), name="asset_certificate_is_known"
    ),
    CheckConstraint(
        condition=Q(certified_until__isnull=True) | ~Q(certification=""), name="asset_certified_until_the_end"
    ),
    CheckConstraint(
        condition=~Q(status="active") | Q(replacement__isnull=True, retires_on__isnull=True),
        name="asset_in_use_has_no_replacement",
    ),
    CheckConstraint(
        condition=Q(replacement__isnull=True) | ~Q(replacement=F("id")), name="asset_replaced_by_another"
    ),
    CheckConstraint(
        condition=Exact(_KIND_OF_PROPERTIES, Value("object")), name="asset_properties_are_an_object"
    ),
]
