"""The choice of a row by its slug, in forms of this floor."""

from typing import Any

from django import forms


class SlugChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """What PostgreSQL cannot hold in a text names no row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(to_field_name="slug", **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\0", "?") if isinstance(value, str) else value)
