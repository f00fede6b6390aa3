from typing import Any

from django import forms

from accesscontrol.identity.models import User
from stewardship.delegations.colleagues import colleague_field
from stewardship.inbox.waits import AGES, DUE, Asked

WHOSE = [("", "Mine and the team's"), ("mine", "Asked of me"), ("team", "Asked of the team")]


class FilterForm(forms.Form):
    """Narrows the list; what is typed wrongly narrows nothing."""

    due = forms.ChoiceField(choices=[("", "Any time"), *DUE.items()], required=False, label="Due")
    age = forms.ChoiceField(choices=[("", "Any time"), *AGES.items()], required=False, label="Waiting")
    whose = forms.ChoiceField(choices=WHOSE, required=False, label="Asked of")
    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    author = forms.CharField(required=False, widget=forms.HiddenInput)
    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def asked(self) -> Asked:
        self.full_clean()
        return Asked(**{name: str(value or "") for name, value in self.cleaned_data.items()})


class DeputyForm(forms.Form):
    """Who decides instead."""

    deputy = forms.ModelChoiceField(queryset=User.objects.none(), label="Hand over to")
    reason = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="They read it.",
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"] = colleague_field(people, "Hand over to")
        self.order_fields(["deputy", "reason"])
