"""The choice of a person, in forms of this floor."""

from typing import Any

from django import forms
from django.db.models import Q

from accesscontrol.identity.models import User

PEOPLE = User.objects.filter(is_active=True, is_service=False)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A person with an open account, or `present`, who is chosen already."""

    def __init__(self, *, present: User | None, **kwargs: Any) -> None:
        people = User.objects.filter(Q(pk__in=PEOPLE.values("pk")) | Q(pk=present.pk if present else 0))
        super().__init__(queryset=people, required=False, empty_label="Nobody", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} ({obj.username})" if obj.label != obj.username else str(obj.username)
