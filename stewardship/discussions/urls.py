from django.urls import path

from stewardship.discussions import views

app_name = "discussions"

# /discussions/
urlpatterns = [
    path("", views.threads, name="list"),
    path("export/", views.export, name="export"),
    path("about/<slug:about>/<uuid:code>/", views.about, name="about"),
    path("about/<slug:about>/<uuid:code>/ask/", views.ask, name="ask"),
    path("asset/<uuid:code>/", views.about, {"about": "asset"}, name="asset"),
    path("posts/<uuid:code>/edit/", views.edit, name="edit"),
    path("posts/<uuid:code>/delete/", views.delete, name="delete"),
    path("posts/<uuid:code>/accept/", views.accept, name="accept"),
    path("<uuid:code>/", views.thread, name="thread"),
    path("<uuid:code>/answer/", views.answer, name="answer"),
    path("<uuid:code>/resolve/", views.resolve, name="resolve"),
    path("<uuid:code>/reopen/", views.reopen, name="reopen"),
]
