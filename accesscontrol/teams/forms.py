from typing import Any

from django import forms

from accesscontrol.identity.models import User


class TeamForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="Policies name teams by this word, as in user.team.")


class MemberForm(forms.Form):
    person = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="username",
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "User name"}),
        error_messages={"invalid_choice": "There is no account of this name."},
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = User.objects.visible_to(reader).filter(is_active=True)
