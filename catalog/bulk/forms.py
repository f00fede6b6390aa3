from collections.abc import Iterable
from typing import Any

from django import forms

from accesscontrol.identity.models import Clearance, Team
from catalog.assets.models import Asset
from catalog.bulk.wishes import ADD, REMOVE
from catalog.domains.models import Domain
from catalog.domains.people import PEOPLE
from catalog.tags.models import Tag

KEEP, CLEAR = "", "-"  # the first two choices
NUMBERS = {"tier", "sensitivity"}
Choices = Iterable[tuple[Any, Any]]


class PickField(forms.ChoiceField):
    """Leave it, clear it, or choose; the value is what a wish says."""

    def __init__(self, label: str, choices: Any, *, nothing: str = "", **kwargs: Any) -> None:
        def listed() -> list[tuple[Any, str]]:
            clear = [(CLEAR, nothing)] if nothing else []
            return [(KEEP, "Leave as it is"), *clear, *(choices() if callable(choices) else choices)]

        super().__init__(label=label, choices=listed, required=False, **kwargs)


def people() -> Choices:
    return [(row.username, f"{row.label} ({row.username})") for row in PEOPLE.all()]


def teams() -> Choices:
    return [(name, name) for name in Team.objects.values_list("name", flat=True)]


def domains() -> Choices:
    return list(Domain.objects.values_list("slug", "name"))


def tags() -> Choices:
    """Under their classifications."""
    found: dict[str, list[tuple[str, str]]] = {}
    for tag in Tag.objects.usable().for_list():
        found.setdefault(tag.classification.name, []).append((tag.path, tag.path.partition(".")[2]))
    return list(found.items())


class ManyField(forms.MultipleChoiceField):
    """Some of many."""

    def __init__(self, label: str, choices: Any) -> None:
        widget = forms.CheckboxSelectMultiple(attrs={"class": "tags"})
        super().__init__(label=label, choices=choices, required=False, widget=widget)


class WishForm(forms.Form):
    """What to set of many assets; what is left as it is says nothing."""

    owner = PickField("Technical owner", people, nothing="Nobody")
    business_owner = PickField("Business owner", people, nothing="Nobody")
    steward = PickField("Steward", people, nothing="Nobody: the steward of its domain answers")
    team = PickField("Team", teams, nothing="None")
    domain = PickField("Domain", domains, nothing="None")
    tier = PickField("Tier", Asset.Tier.choices, nothing="None")
    status = PickField("Status", Asset.Status.choices)
    sensitivity = PickField("Sensitivity", Clearance.choices, nothing="Not classified")
    add_tags = ManyField("Tags to put on", tags)
    take_tags = ManyField("Tags to take away", tags)

    def wishes(self) -> dict[str, Any]:
        """What is said, as catalog/bulk/wishes.py takes it."""
        said = dict(self.cleaned_data)
        lists = {"tags": {ADD: said.pop("add_tags"), REMOVE: said.pop("take_tags")}}
        chosen = {name: _wish(name, value) for name, value in said.items() if value != KEEP}
        return chosen | {name: wish for name, wish in lists.items() if any(wish.values())}


def _wish(name: str, value: str) -> Any:
    if value == CLEAR:
        return None
    return int(value) if name in NUMBERS else value


class StartForm(forms.Form):
    """What becomes of what its author may not change."""

    propose = forms.BooleanField(required=False, label="Propose these to who may change them")
    reason = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why it is better so. Who decides reads it.",
    )
