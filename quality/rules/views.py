from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accesscontrol.web import PortalRequest, door, fetch
from catalog.assets.models import Asset
from quality.rules import services
from quality.rules.checks.check import Check
from quality.rules.checks.registry import CHECKS
from quality.rules.forms import RuleForm, initial
from quality.rules.models import Rule


@door("quality.add_rule")
@require_http_methods(["GET", "POST"])
def new(request: PortalRequest, code: UUID) -> HttpResponse:
    """The form of a rule about one asset; `?kind=` chooses what it measures."""
    asset = fetch(request, Asset, code)
    check = _check(request.GET.get("kind", "completeness"))
    form = RuleForm(request.POST or None, asset=asset, check=check)
    if request.method == "POST" and form.is_valid():
        try:
            rule = services.define_rule(
                asset=asset, actor=request.user.username, kind=check.name, **form.definition
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Defined: {rule.name}. Run it to see whether it holds.")
            return redirect(rule)
    context = {"asset": asset, "check": check, "checks": CHECKS.values(), "form": form}
    return render(request, "quality/new_rule.html", context, status=400 if form.errors else 200)


def _check(kind: str) -> Check:
    if kind not in CHECKS:
        raise Http404("There is no such kind of check.")
    return CHECKS[kind]


@door("quality.change_rule")
@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, code: UUID) -> HttpResponse:
    rule = fetch(request, Rule, code, "change")
    form = RuleForm(request.POST or None, initial=initial(rule), asset=rule.asset, check=rule.check_kind)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_rule(rule=rule, actor=request.user.username, changes=form.definition)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Changed: {rule.name}.")
            return redirect(rule)
    context = {"rule": rule, "check": rule.check_kind, "form": form}
    return render(request, "quality/change_rule.html", context, status=400 if form.errors else 200)


@door("quality.change_rule")
@require_POST
def enable(request: PortalRequest, code: UUID) -> HttpResponse:
    rule = fetch(request, Rule, code, "change")
    services.set_rule_enabled(rule=rule, enabled=True, actor=request.user.username)
    return redirect(rule)


@door("quality.change_rule")
@require_POST
def disable(request: PortalRequest, code: UUID) -> HttpResponse:
    rule = fetch(request, Rule, code, "change")
    services.set_rule_enabled(rule=rule, enabled=False, actor=request.user.username)
    return redirect(rule)


@door("quality.delete_rule")
@require_POST
def delete(request: PortalRequest, code: UUID) -> HttpResponse:
    rule = fetch(request, Rule, code, "delete")
    services.delete_rule(rule=rule, actor=request.user.username)
    messages.success(request, f"Deleted: {rule.name}.")
    return redirect("quality:board")
