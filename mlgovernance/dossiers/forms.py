from django import forms

from mlgovernance.registry.models import ModelVersion


class ReviewForm(forms.Form):
    """Why a model is approved or rejected; the button says which."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class StatusForm(forms.Form):
    """Where a model stands in its life."""

    status = forms.ChoiceField(label="Stage", choices=ModelVersion.Status.choices)


class ModelFilter(forms.Form):
    """What the list of models is narrowed to; a value that is not known narrows nothing."""

    status = forms.ChoiceField(
        required=False, label="Stage", choices=[("", "All"), *ModelVersion.Status.choices]
    )
    governance_status = forms.ChoiceField(
        required=False, label="Review", choices=[("", "All"), *ModelVersion.Governance.choices]
    )

    @property
    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}
