from django import forms


class RenameDecisionForm(forms.Form):
    """Why somebody decided so; to decline needs a reason."""

    reason = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed where it is another one.",
    )
