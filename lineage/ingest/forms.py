from django import forms

from lineage.ingest.models import Event, Run

EXECUTED = [choice for choice in Run.State.choices if choice[0] != Run.State.DECLARED]


class Filter(forms.Form):
    def criteria(self) -> dict[str, str]:
        """Return what was chosen; nonsense in the address filters nothing."""
        self.is_valid()
        return {key: self.cleaned_data.get(key, "") for key in self.fields}


class EventFilter(Filter):
    state = forms.ChoiceField(required=False, choices=[("", "Any state"), *Event.State.choices])
    text = forms.CharField(required=False, label="Name or producer", max_length=200)


class RunFilter(Filter):
    state = forms.ChoiceField(required=False, choices=[("", "Any state"), *EXECUTED])
    text = forms.CharField(required=False, label="Job", max_length=200)
