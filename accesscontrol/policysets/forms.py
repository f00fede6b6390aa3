from importlib.util import find_spec
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from accesscontrol.policy.document import read_policy
from accesscontrol.policy.values import PolicyError
from accesscontrol.policysets import changes
from accesscontrol.policysets.models import PolicySet

LONGEST = 5_000_000
CAN_READ = {"json": True, "cedar": find_spec("cedarpy") is not None}  # Cedar is an extra
READABLE = [(name, label) for name, (label, _) in changes.FORMS.items() if CAN_READ[name]]


def is_legible(text: str) -> None:
    try:
        changes.legible(text, "This")
    except PolicyError as error:
        raise ValidationError(f"This {error.message}.") from error


class PolicyForm(forms.Form):
    """A policy in its stored JSON form, and the digest of the draft that its author looked at."""

    document = forms.CharField(
        label="Policy (JSON)",
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "false", "class": "code"}),
    )
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_document(self) -> Any:
        """Return the parsed document; the message of a fault begins with its place."""
        try:
            document = changes.read_json(self.cleaned_data["document"])
            read_policy(document)
        except PolicyError as error:
            raise ValidationError(str(error)) from error
        return document

    def refuse(self, error: PolicyError) -> None:
        """Show what only saving could find, such as a name that is taken."""
        self.add_error("summary" if error.path == "summary" else "document", str(error))


class ProposedPolicyForm(PolicyForm):
    """A policy and the change that it becomes a part of: a draft of its author's, or a new one."""

    into = forms.ModelChoiceField(
        PolicySet.objects.none(),
        label="Part of the change",
        required=False,
        to_field_name="code",
        empty_label="A new change",
    )
    summary = forms.CharField(
        label="What a new change is for",
        required=False,
        max_length=200,
        validators=[is_legible],
        help_text="One sentence; who approves it reads it first. Empty for a change that you began before.",
    )

    def __init__(self, *args: Any, drafts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = drafts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("into") and not given.get("summary", "").strip():
            self.add_error("summary", "Say what the change is for.")
        if given.get("into") and given.get("summary", "").strip():
            self.add_error("summary", "The policy would go into the change chosen above, which has its own.")
        return given


class ImportForm(forms.Form):
    """Policies as text, to become a draft that holds these and no others."""

    summary = forms.CharField(label="What the change is for", max_length=200, validators=[is_legible])
    form = forms.ChoiceField(label="Written as", choices=READABLE)
    text = forms.CharField(
        label="Policies",
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "false", "class": "code"}),
        help_text="The draft will hold these policies and no others.",
    )

    def clean(self) -> dict[str, Any]:
        """Put the list of documents into `documents`."""
        given = super().clean() or {}
        if given.get("text") and given.get("form"):
            try:
                given["documents"] = changes.read_text(given["text"], given["form"])
            except PolicyError as error:
                self.add_error("text", str(error))
        return given


class SetFilter(forms.Form):
    state = forms.ChoiceField(required=False, choices=[("", "Any state"), *PolicySet.State.choices])

    def chosen(self) -> Q:
        state = self.cleaned_data["state"] if self.is_valid() else ""
        return Q(state=state) if state else Q()
