from django.urls import path

from stewardship.approvals import views

app_name = "approvals"

# /inbox/proposals/
urlpatterns = [
    path("<uuid:code>/", views.proposal, name="proposal"),
    path("<uuid:code>/approve/", views.approve, name="approve"),
    path("<uuid:code>/reject/", views.reject, name="reject"),
    path("<uuid:code>/send-back/", views.send_back, name="send-back"),
    path("<uuid:code>/rebase/", views.rebase, name="rebase"),
    path("<uuid:code>/withdraw/", views.withdraw, name="withdraw"),
]
