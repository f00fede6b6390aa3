from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings

from catalog.connectors.protocol import SettingField
from catalog.connectors.registry import KINDS, driver
from catalog.domains.models import Domain
from catalog.sources.check import FIVE_FIELDS, SHARE, wrong_schedule
from catalog.sources.document import without_credentials
from catalog.sources.models import Source

OWN = ("name", "domain", "location", "password", "schedule", "fail_safe")
KEEP = "Left empty, the stored one stays."
NEVER_SHOWN = "Kept encrypted and never shown again."


class ListField(forms.CharField):
    """Several texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list | tuple) else (value or "").splitlines()
        return [line for line in lines if line.strip()]


def setting(spec: SettingField) -> forms.Field:
    """The form field of one of the connector's settings."""
    common: dict[str, Any] = {
        "label": spec.label,
        "help_text": spec.help,
        "required": spec.required,
        "initial": spec.default,
    }
    if spec.kind == "integer":
        return forms.IntegerField(**common)
    if spec.kind == "choice":
        return forms.ChoiceField(choices=[(each, each) for each in spec.choices], **common)
    if spec.kind == "list":
        return ListField(**common)
    return forms.CharField(strip=False, **common)


class KindForm(forms.Form):
    """Which kind of source to add."""

    kind = forms.ChoiceField(choices=[(key, label) for key, (label, _) in KINDS.items()])


class ListFilter(forms.Form):
    """Which sources to list."""

    kind = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((key, label) for key, (label, _) in KINDS.items())]
    )
    state = forms.ChoiceField(required=False, choices=[("", "Any"), *Source.State.choices])


class ImportForm(forms.Form):
    """Sources written down."""

    document = forms.CharField(
        label="YAML or JSON",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "code"}),
        help_text="One source, or a list of them. A source of a name that is here already gets this content.",
    )


class SourceForm(forms.Form):
    """A source of one kind: our own fields, and those that its connector asks for."""

    name = forms.CharField(max_length=100, help_text="What people here call it.")
    domain = forms.ModelChoiceField(
        Domain.objects.all(),
        required=False,
        empty_label="None",
        help_text="New assets of this source belong to it.",
    )
    location = forms.CharField(max_length=100, required=False, help_text="Where the data is kept: eu, us, …")
    schedule = forms.CharField(max_length=100, required=False)
    fail_safe = forms.IntegerField(label="Fail-safe", min_value=0, max_value=100, initial=20, help_text=SHARE)
    password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=NEVER_SHOWN,
    )

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, kind: str, source: Source | None = None) -> None:
        self.kind, self.source = kind, source
        found = driver(kind)
        self.specs = found.fields
        super().__init__(data, initial=stored(source) if source else None)
        for spec in self.specs:
            self.fields[spec.name] = setting(spec)
        self.fields["password"].label = found.secret or None
        self.fields["schedule"].help_text = f"{FIVE_FIELDS} In {settings.TIME_ZONE}; empty: when asked."
        self.order_fields(self._order())
        if not found.secret:
            del self.fields["password"]
        elif source and source.has_secret:
            self.fields["password"].help_text = KEEP

    def _order(self) -> Iterator[str]:
        """The password stands after the user."""
        yield "name"
        for spec in self.specs:
            yield spec.name
            if spec.name == "user":
                yield "password"
        yield from OWN

    def clean_schedule(self) -> str:
        schedule: str = self.cleaned_data["schedule"]
        if said := wrong_schedule(schedule):
            raise forms.ValidationError(said)
        return schedule

    def clean(self) -> dict[str, Any]:
        """Ask the connector what is wrong with the settings; what a field said already stays."""
        cleaned = super().clean() or self.cleaned_data
        source = self.source or Source(kind=self.kind)
        wrong = source.problems(self.kind, self.settings(), cleaned.get("password", ""))
        for name, message in wrong.items():
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, message)
        self._forget_credentials()
        return cleaned

    def _forget_credentials(self) -> None:
        """A password that somebody wrote into a URL or a host is refused, and not shown again."""
        shown = dict(self.data.items())
        for spec in self.specs:
            if spec.name in self.errors and isinstance(shown.get(spec.name), str):
                shown[spec.name] = without_credentials(shown[spec.name])
        self.data = shown

    def settings(self) -> dict[str, Any]:
        """What was filled in for the connector."""
        given = {spec.name: self.cleaned_data.get(spec.name) for spec in self.specs}
        return {name: value for name, value in given.items() if value not in (None, "", [])}

    def arguments(self) -> dict[str, Any]:
        """The arguments of `save_source` that the form holds."""
        return {
            "name": self.cleaned_data["name"],
            "kind": self.kind,
            "settings": self.settings(),
            "secret": self.cleaned_data.get("password", ""),
            "domain": self.cleaned_data["domain"],
            "location": self.cleaned_data["location"],
            "schedule": self.cleaned_data["schedule"],
            "fail_safe": self.cleaned_data["fail_safe"],
            "source": self.source,
            "version": self.cleaned_data["version"],
        }

    def beside(self, now: Source) -> list[tuple[str, str, str]]:
        """(label, as it is now, as it was written) of what differs, and let the form try again."""
        self.data = {**self.data, "version": now.version}
        there, mine = stored(now), {**self.settings(), **self.cleaned_data}
        shown = [name for name in self.fields if name not in {"password", "version"}]
        pairs = [(name, _text(there.get(name)), _text(mine.get(name))) for name in shown]
        return [(str(self[name].label), was, new) for name, was, new in pairs if was != new]


def stored(source: Source) -> dict[str, Any]:
    """What the form shows of a source; never its secret."""
    names = ("name", "domain", "location", "schedule", "fail_safe", "version")
    return {**source.settings, **{name: getattr(source, name) for name in names}}


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else "" if value is None else str(value)
