from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accesscontrol.identity import services
from accesscontrol.identity.forms import TokenForm
from accesscontrol.identity.models import ApiToken
from accesscontrol.web import SIGNED_IN, PortalRequest, door


@door(SIGNED_IN)
@require_GET
def tokens(request: PortalRequest) -> HttpResponse:
    return _tokens(request, TokenForm())


def _tokens(request: PortalRequest, form: TokenForm, secret: str = "", status: int = 200) -> HttpResponse:
    rows = ApiToken.objects.visible_to(request.user)
    context = {"tokens": rows, "form": form, "secret": secret}
    return render(request, "accesscontrol/tokens.html", context, status=status)


@door(SIGNED_IN)
@require_POST
@never_cache
def issue_token(request: PortalRequest) -> HttpResponse:
    """Answer with the page itself: the secret is shown this once and is in no address."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _tokens(request, form, status=400)
    _, secret = services.issue_token(
        user=request.user,
        actor=request.user.username,
        **form.issue_arguments(),  # type: ignore[arg-type]
    )
    return _tokens(request, TokenForm(), secret=secret)


@door(SIGNED_IN)
@require_POST
def revoke_token(request: PortalRequest, code: UUID) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), code=code)
    services.revoke_token(token=token, actor=request.user.username)
    messages.success(request, f"Revoked {token.name}.")
    return redirect("tokens")
