from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from accesscontrol.identity.models import User
from stewardship.delegations.colleagues import colleague_field

DATE = {"type": "date"}


class AbsenceForm(forms.Form):
    """Who stands in, from the first day to the last."""

    deputy = forms.ModelChoiceField(queryset=User.objects.none())
    first = forms.DateField(label="First day", widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    last = forms.DateField(label="Last day", widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    reason = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.TextInput,
        help_text="Your deputy reads it, and so does who audits the portal.",
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs.setdefault("initial", {"first": today, "last": today + timedelta(days=14)})
        super().__init__(*args, **kwargs)
        self.fields["deputy"] = colleague_field(people, "Deputy")
        self.order_fields(["deputy", "first", "last", "reason"])

    def arguments(self) -> dict[str, Any]:
        """What the service wants: whole days, in the portal's zone."""
        said = self.cleaned_data
        return {
            "deputy": said["deputy"],
            "starts_at": _morning(said["first"]),
            "ends_at": _morning(said["last"] + timedelta(days=1)),
            "reason": said["reason"],
        }


def _morning(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
