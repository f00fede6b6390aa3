from django import forms

from stewardship.approvals.conflict import APPLIES, DONE, Difference


class DecisionForm(forms.Form):
    reason = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Reason",
        help_text="Needed to reject or send back; its author reads it.",
    )


class RebaseForm(forms.Form):
    """Which of its fields a proposal shall still change; those that nobody touched are chosen already."""

    keys = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *, differences: list[Difference], version: int) -> None:
        left = [each for each in differences if each.state != DONE]
        chosen = [each.key for each in left if each.state == APPLIES]
        super().__init__(initial={"keys": chosen, "version": version})
        self.fields["keys"].choices = [(each.key, each.key) for each in left]  # type: ignore[attr-defined]
