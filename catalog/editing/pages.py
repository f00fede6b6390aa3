"""The page, or the part of a page, on which anything about an asset is edited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accesscontrol.web import PortalRequest
from catalog.editing.edits import EditForm
from catalog.editing.services import do_or_propose, may_do
from catalog.editing.stale import Stale
from stewardship.approvals.services import find_verb

PROPOSE = "stewardship.add_proposal"


@dataclass(frozen=True)
class Editing:
    """`form(data, may)` is the form of `subject`; `of` is a heading, `back` where its page is."""

    verb: str
    subject: Any
    title: str
    of: str
    back: str
    form: Callable[[Any, bool], EditForm]


def edit(request: PortalRequest, editing: Editing) -> HttpResponse:
    """Show the form, or do or propose what it says; 409 with both states when it was overtaken."""
    may = may_do(verb=editing.verb, subject=editing.subject, user=request.user)
    if not may and not request.user.has_perm(PROPOSE):
        raise PermissionDenied("You may see this, but not change it.")
    form = editing.form(request.POST if request.method == "POST" else None, may)
    context: dict[str, Any] = {"form": form, "editing": editing}
    if not form.is_valid():
        return _shown(request, context, 400 if form.is_bound else 200)
    try:
        proposal = _said(request, editing, form)
    except Stale as refusal:
        context["overtaken"] = _both(editing.verb, form, refusal.current)
        return _shown(request, context, 409)
    except ValidationError as error:
        _complain(form, error)
        return _shown(request, context, 400)
    messages.success(request, f"Proposed: {proposal} waits for a decision." if proposal else "Saved.")
    return redirect(editing.back)


def _said(request: PortalRequest, editing: Editing, form: EditForm) -> Any:
    return do_or_propose(
        verb=editing.verb,
        subject=editing.subject,
        changes=form.changes(),
        version=form.cleaned_data["version"],
        reason=form.reason(),
        actor=request.user,
    )


def _shown(request: PortalRequest, context: dict[str, Any], status: int) -> HttpResponse:
    part = "#editing" if request.htmx else ""
    return render(request, f"catalog/edit.html{part}", context, status=status)


def _complain(form: EditForm, error: ValidationError) -> None:
    """Say what the service refused beside its field, or above the form where it has none."""
    said = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, texts in said.items():
        form.add_error(name if name in form.fields else None, texts)


def _both(verb: str, form: EditForm, current: Any) -> list[tuple[str, str, str]]:
    """Return (label, as it is now, as it was written) of what differs, and let the form try again."""
    data: Any = form.data
    form.data = again = data.copy()
    again["version"] = current.version
    known = find_verb(verb)
    mine = known.check(form.changes())
    now = known.current(current, mine)
    show = known.show or (lambda key, value: "" if value is None else str(value))
    return [
        (form.label_of(key), show(key, now[key]), show(key, mine[key]))
        for key in mine
        if now[key] != mine[key]
    ]
