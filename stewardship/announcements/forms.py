from typing import Any

from django import forms

from stewardship.announcements.models import LETTERS, TITLE_LETTERS, Announcement
from stewardship.subjects.reads import Subject


class Moment(forms.DateTimeField):
    """A day and a time, as a browser asks for them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class AnnouncementForm(forms.Form):
    """`places` are where the reader may announce: (value, label, thing); None stands for everybody."""

    where = forms.ChoiceField(label="Where")
    severity = forms.ChoiceField(label="How grave", choices=Announcement.Severity.choices)
    title = forms.CharField(max_length=TITLE_LETTERS)
    text = forms.CharField(
        max_length=LETTERS, required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="Plain text."
    )
    begins_at = Moment(label="From", required=False, help_text="Empty: now. Times are in UTC.")
    until = Moment(required=False, help_text="Empty: until somebody ends it.")

    def __init__(self, *args: Any, places: list[tuple[str, str, Subject | None]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {key: thing for key, _, thing in places}
        choices = [(key, label) for key, label, _ in places]
        self.fields["where"] = forms.ChoiceField(label="Where", choices=choices)

    def said(self) -> dict[str, Any]:
        """The arguments of `announce`."""
        values = dict(self.cleaned_data)
        subject = self.known[values.pop("where")]
        return {**values, "subject": subject}
