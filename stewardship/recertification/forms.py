from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone


def end_of(day: Any) -> datetime:
    """Return the last second of a day, so that what is due on a day may be done on it."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class CampaignForm(forms.Form):
    name = forms.CharField(max_length=200, help_text="Access review, first quarter")
    domain = forms.SlugField(
        max_length=60,
        required=False,
        label="Domain",
        help_text="Its short name; empty means every live grant.",
    )
    due = forms.DateField(
        label="Due",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="What nobody has confirmed by the end of this day is revoked.",
    )

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"name": said["name"], "domain": said["domain"], "due_at": end_of(said["due"])}


class KeepForm(forms.Form):
    until = forms.DateField(required=False, label="Until", widget=forms.DateInput(attrs={"type": "date"}))


class DropForm(forms.Form):
    reason = forms.CharField(max_length=2000, label="Why it is no longer needed")
