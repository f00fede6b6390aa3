"""What single values of an asset and its fields are like."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Value


def tag_paths() -> ArrayField[Any, Any]:
    """The paths of tags: kept by the database, see the migration `tags`."""
    empty = Value([], output_field=ArrayField(models.TextField()))
    return ArrayField(models.TextField(), default=list, db_default=empty, editable=False)


def are_rules(value: object) -> None:
    """Validation rules are a list of objects, such as [{"rule": "range", "min": 0}]."""
    if not (isinstance(value, list) and all(isinstance(rule, dict) and rule for rule in value)):
        raise ValidationError('Write a JSON list of objects, for example [{"rule": "range", "min": 0}].')


is_identity_kind = RegexValidator(
    r"^[a-z][a-z0-9_]*\Z", "Write one word in small letters, for example email, phone or customer_id."
)
