from django.urls import path, register_converter

from accesscontrol.display.stubs import PREFIX
from stewardship.accessrequests import views


class StubConverter:
    """The name of something hidden in a picture."""

    regex = f"{PREFIX}[0-9a-f]{{32}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(StubConverter, "stub")
app_name = "access"

# /access/
urlpatterns = [
    path("request/<uuid:code>/", views.ask, name="request"),
    path("request/t/<stub:token>/", views.ask_about_stub, name="request-stub"),
    path("requests/", views.requests, name="requests"),
    path("requests/<uuid:code>/", views.asked, name="asked"),
    path("requests/<uuid:code>/approve/", views.approve, name="approve"),
    path("requests/<uuid:code>/deny/", views.deny, name="deny"),
    path("requests/<uuid:code>/cancel/", views.cancel, name="cancel"),
    path("requests/more/<uuid:code>/", views.more, name="more"),
]
