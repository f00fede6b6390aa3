"""Fields of the API's serializers that several rooms share."""

from typing import Any

from rest_framework import serializers


class NamedField(serializers.SlugRelatedField):  # type: ignore[type-arg]  # generic in its stubs only
    """A row by a name that people know it by. What PostgreSQL cannot hold in a text names no row."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and "\0" in data:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data.replace("\0", "?"))
        return super().to_internal_value(data)
