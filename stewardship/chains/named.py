"""Who can be named in a chain, for forms and the API."""

from django.contrib.auth.models import Group

from accesscontrol.identity.models import Team, User

ROLES = Group.objects.all()
TEAMS = Team.objects.all()
PEOPLE = User.objects.filter(is_active=True, is_service=False)
