from typing import Any
from uuid import UUID

from django import forms

from stewardship.chains import scopes
from stewardship.chains.models import Chain, ChainStep, Silence, Then, Who
from stewardship.chains.named import PEOPLE, ROLES, TEAMS
from stewardship.chains.wishes import MOST_DAYS, MOST_NEEDED, MOST_STEPS, Wish


class ChainForm(forms.Form):
    """What a chain is about."""

    name = forms.CharField(max_length=200)
    verb = forms.ChoiceField(required=False, label="About", help_text="What is proposed.")
    domain = forms.ChoiceField(
        required=False,
        label="In",
        help_text="With those below it; a chain of a nearer domain goes first.",
    )
    is_active = forms.BooleanField(required=False, label="In force", initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verbs = sorted(scopes.VERBS.items(), key=lambda pair: pair[1])
        domains = sorted(
            ((str(code), name) for code, name in scopes.domains().items()), key=lambda one: one[1]
        )
        self.fields["verb"].choices = [("", "Every proposal"), *verbs]  # type: ignore[attr-defined]
        self.fields["domain"].choices = [("", "Every domain"), *domains]  # type: ignore[attr-defined]

    def clean_domain(self) -> UUID | None:
        return UUID(self.cleaned_data["domain"]) if self.cleaned_data["domain"] else None


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} ({obj.username})" if obj.label != obj.username else str(obj.username)


class StepForm(forms.Form):
    """One step: who decides, how many, by when, and what if nobody answers."""

    who = forms.ChoiceField(choices=Who.choices, label="Who decides", initial=Who.STEWARD)
    role = forms.ModelChoiceField(queryset=ROLES, required=False, empty_label="Choose a role")
    team = forms.ModelChoiceField(queryset=TEAMS, required=False, empty_label="Choose a team")
    people = PeopleField(queryset=PEOPLE, required=False)
    needed = forms.IntegerField(
        min_value=1,
        max_value=MOST_NEEDED,
        initial=1,
        label="How many must approve",
        help_text="Different people.",
    )
    days = forms.IntegerField(min_value=1, max_value=MOST_DAYS, initial=5, label="Due within days")
    silence = forms.ChoiceField(choices=Silence.choices, label="If nobody answers")
    then = forms.ChoiceField(choices=[("", "Nobody"), *Then.choices], required=False, label="Ask as well")
    then_role = forms.ModelChoiceField(
        queryset=ROLES, required=False, label="Role to ask as well", empty_label="Choose a role"
    )

    def wish(self) -> Wish:
        """What is chosen, without what a hidden control still holds."""
        said = self.cleaned_data
        who, silence = said["who"], said["silence"]
        then = said["then"] if silence == Silence.ESCALATE else ""
        return Wish(
            who=who,
            role=said["role"] if who == Who.ROLE else None,
            team=said["team"] if who == Who.TEAM else None,
            people=list(said["people"]) if who == Who.PEOPLE else (),
            needed=said["needed"],
            days=said["days"],
            silence=silence,
            then=then,
            then_role=said["then_role"] if then == Then.ROLE else None,
        )


StepFormSet = forms.formset_factory(
    StepForm,
    extra=0,
    min_num=1,
    max_num=MOST_STEPS,
    validate_min=True,
    absolute_max=MOST_STEPS,
    can_delete=True,
)


def said_of(chain: Chain) -> dict[str, Any]:
    return {
        "name": chain.name,
        "verb": chain.verb,
        "domain": str(chain.domain or ""),
        "is_active": chain.is_active,
    }


def said_in(step: ChainStep) -> dict[str, Any]:
    return {
        "who": step.who,
        "role": step.group,
        "team": step.team,
        "people": list(step.people.all()),
        "needed": step.needed,
        "days": step.days,
        "silence": step.silence,
        "then": step.then,
        "then_role": step.then_group,
    }
