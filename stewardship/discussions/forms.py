from typing import Any

from django import forms

from stewardship.discussions.models import LETTERS, Thread


def text_field(label: str, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=LETTERS, widget=area, **more)


class PostForm(forms.Form):
    text = text_field("Your answer")

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or self.fields["text"].label


class ThreadForm(forms.Form):
    """`choices` are [(value, label), …] of what the question may be about: the thing itself, or a part."""

    kind = forms.ChoiceField(label="What is it", choices=Thread.Kind.choices, initial=Thread.Kind.QUESTION)
    about = forms.ChoiceField(label="About", required=False)
    text = text_field("What do you want to know or say", help_text="Name people with @ to tell them.")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"] = forms.ChoiceField(label="About", required=False, choices=choices)
        if len(choices) < 2:
            del self.fields["about"]
        self.order_fields(["kind", "about", "text"])


class ThreadFilter(forms.Form):
    """What of a list of threads is shown; a value that means nothing shows everything."""

    STATES = (("", "Open and resolved"), ("open", "Open"), ("resolved", "Resolved"))

    kind = forms.ChoiceField(required=False, choices=[("", "Questions and comments"), *Thread.Kind.choices])
    state = forms.ChoiceField(required=False, choices=STATES)

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        kind, state = self.cleaned_data.get("kind"), self.cleaned_data.get("state")
        wanted: dict[str, Any] = {"kind": kind} if kind else {}
        return {**wanted, **({"resolved_at__isnull": state == "open"} if state else {})}
