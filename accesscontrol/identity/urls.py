from django.contrib.auth import views as auth_views
from django.urls import path, reverse_lazy

from accesscontrol.identity import views
from accesscontrol.web import OPEN, SIGNED_IN, declare

# /account/
urlpatterns = [
    path(
        "login/", declare(auth_views.LoginView.as_view(redirect_authenticated_user=True), OPEN), name="login"
    ),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new/", views.issue_token, name="token-issue"),
    path("tokens/<uuid:code>/revoke/", views.revoke_token, name="token-revoke"),
    path("logout/", declare(auth_views.LogoutView.as_view(), OPEN), name="logout"),
    path(
        "password/",
        declare(auth_views.PasswordChangeView.as_view(), SIGNED_IN),
        name="password_change",
    ),
    path(
        "password/done/",
        declare(auth_views.PasswordChangeDoneView.as_view(), SIGNED_IN),
        name="password_change_done",
    ),
    path(
        "password/<str:uidb64>/<str:token>/",
        declare(auth_views.PasswordResetConfirmView.as_view(success_url=reverse_lazy("login")), OPEN),
        name="password-choose",
    ),
]
