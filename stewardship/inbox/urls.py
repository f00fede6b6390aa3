from django.urls import path

from stewardship.inbox import views

app_name = "inbox"

# /inbox/
urlpatterns = [
    path("export/", views.export, name="export"),
    path("line/", views.line, name="line"),
    path("approve/", views.approve, name="approve"),
    path("reject/", views.reject, name="reject"),
    path("hand-over/", views.hand_over, name="hand-over"),
]
