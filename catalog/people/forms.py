from collections.abc import Iterable
from typing import Any

from django import forms


class PeopleFilter(forms.Form):
    q = forms.CharField(label="Name", required=False, max_length=100)
    team = forms.ChoiceField(required=False)
    department = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, teams: Iterable[str], departments: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (("team", teams), ("department", departments)):
            choices = [("", f"Any {name}"), *((each, each) for each in known)]
            self.fields[name] = forms.ChoiceField(required=False, choices=choices)

    def chosen(self) -> dict[str, str]:
        """Return what was asked for; a value that means nothing asks for nothing."""
        self.is_valid()
        said = {key: str(value or "") for key, value in self.cleaned_data.items()}
        return {"words": said.pop("q", ""), **said}
