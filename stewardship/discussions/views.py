from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accesscontrol.display.sheet import sheet
from accesscontrol.web import SIGNED_IN, PortalRequest, door, fetch
from stewardship.discussions import reads, services
from stewardship.discussions.forms import PostForm, ThreadFilter, ThreadForm
from stewardship.discussions.models import Post, Thread
from stewardship.subjects.reads import Subject, find

TABS = {"mine": "For you to answer", "part": "You took part", "mentions": "You are mentioned", "all": "All"}
PER_PAGE = 25
MOST_EXPORTED = 10_000
HEADING = ("code", "kind", "about", "name", "state", "author", "asked", "replies", "text")


@door(SIGNED_IN)
@require_GET
def threads(request: PortalRequest) -> HttpResponse:
    tab, form = _tab(request), ThreadFilter(request.GET)
    rows = reads.threads(reader=request.user, tab=tab, **form.chosen())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = reads.lines(request.user, page)
    shown = {"page": page, "lines": lines, "tab": tab, "tabs": TABS, "form": form}
    return render(request, "stewardship/discussions.html", shown)


@door(SIGNED_IN)
@require_GET
def export(request: PortalRequest) -> HttpResponse:
    """The same list as CSV."""
    rows = reads.threads(reader=request.user, tab=_tab(request), **ThreadFilter(request.GET).chosen())
    lines = reads.lines(request.user, rows[:MOST_EXPORTED])
    told = sheet(HEADING, (_row(thread, subject) for thread, subject in lines))
    response = HttpResponse(told, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="discussions-{timezone.now():%Y-%m-%d}.csv"'
    return response


def _row(thread: Any, subject: Subject) -> list[object]:
    state = "open" if thread.is_open else "resolved"
    asked = thread.created_at.isoformat(timespec="seconds")
    named = (subject.kind.name, subject.title)
    said = thread.first[0].text
    return [thread.code, thread.kind, *named, state, thread.author.username, asked, thread.replies, said]


def _tab(request: PortalRequest) -> str:
    asked = request.GET.get("tab", "all")
    return asked if asked in TABS else "all"


@door(SIGNED_IN)
@require_GET
def about(request: PortalRequest, about: str, code: UUID) -> HttpResponse:
    """What was said about one thing: a page, or the part of another page that htmx asks for."""
    return _about(request, _subject(request, about, code), None)


def _about(request: PortalRequest, subject: Subject, form: ThreadForm | None) -> HttpResponse:
    shown = {
        "discussion": reads.discussion(reader=request.user, subject=subject, number=request.GET.get("page")),
        "form": form or ThreadForm(choices=_choices(subject)),
    }
    part = "stewardship/parts/discussion.html" if request.htmx else "stewardship/discussion.html"
    return render(request, part, shown, status=400 if form else 200)


def _subject(request: PortalRequest, about: str, code: UUID) -> Subject:
    subject = find(reader=request.user, kind=about, code=code)
    if subject is None:
        raise Http404("There is no such thing here.")
    return subject


def _choices(subject: Subject) -> list[tuple[str, str]]:
    parts = [(str(each.row.code), each.title) for each in subject.parts]
    return [("", f"All of {subject.title}"), *parts]


@door(SIGNED_IN)
@require_POST
def ask(request: PortalRequest, about: str, code: UUID) -> HttpResponse:
    subject = _subject(request, about, code)
    form = ThreadForm(request.POST, choices=_choices(subject))
    if form.is_valid():
        part = next(
            (each for each in subject.parts if str(each.row.code) == form.cleaned_data.get("about")), subject
        )
        said = {"kind": form.cleaned_data["kind"], "text": form.cleaned_data["text"]}
        try:
            thread = services.open_thread(subject=part, author=request.user, **said)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _say_untold(request, thread.posts.get(number=1))
            return _back(request, thread)
    return _about(request, subject, form)


@door(SIGNED_IN)
@require_GET
def thread(request: PortalRequest, code: UUID) -> HttpResponse:
    return _thread(request, fetch(request, Thread, code), PostForm())


def _thread(request: PortalRequest, row: Thread, form: PostForm) -> HttpResponse:
    rows = Thread.objects.visible_to(request.user).for_page().filter(pk=row.pk)
    shown = reads.shown(request.user, list(rows))
    if not shown:
        raise Http404("There is no such thing here.")
    context = {"shown": shown[0], "form": form}
    return render(request, "stewardship/thread.html", context, status=400 if form.errors else 200)


@door(SIGNED_IN)
@require_POST
def answer(request: PortalRequest, code: UUID) -> HttpResponse:
    row, form = fetch(request, Thread, code), PostForm(request.POST)
    if form.is_valid():
        try:
            post = services.answer(thread=row, text=form.cleaned_data["text"], author=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _say_untold(request, post)
            return _back(request, row, post.anchor)
    return _thread(request, row, form)


@door(SIGNED_IN)
@require_POST
def resolve(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Thread, code, "change")
    services.resolve(thread=row, actor=request.user)
    return _back(request, row)


@door(SIGNED_IN)
@require_POST
def reopen(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Thread, code, "change")
    services.reopen(thread=row, actor=request.user)
    return _back(request, row)


@door(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Post, code, "change")
    form = PostForm(request.POST or None, initial={"text": row.text}, label="Your text")
    if form.is_valid():
        try:
            post = services.edit_post(post=row, text=form.cleaned_data["text"], actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _say_untold(request, post)
            return redirect(row.thread)
    subject = _subject(request, row.thread.about_type, row.thread.about_code)
    shown = {"form": form, "post": row, "subject": subject}
    return render(request, "stewardship/post_edit.html", shown, status=400 if form.errors else 200)


@door(SIGNED_IN)
@require_POST
def delete(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Post, code, "delete")
    services.delete_post(post=row, actor=request.user)
    messages.success(request, "Deleted.")
    subject = find(reader=request.user, kind=row.thread.about_type, code=row.thread.about_code)
    still_there = Thread.objects.visible_to(request.user).filter(pk=row.thread_id).exists()
    if still_there or subject is None:
        return _back(request, row.thread)
    return redirect(subject.talked_at)


@door(SIGNED_IN)
@require_POST
def accept(request: PortalRequest, code: UUID) -> HttpResponse:
    row = fetch(request, Post, code)
    fetch(request, Thread, row.thread.code, "change")
    services.accept_answer(post=row, actor=request.user)
    return _back(request, row.thread)


def _say_untold(request: PortalRequest, post: Post) -> None:
    for name in reads.untold(post):
        messages.warning(request, f"Nobody called @{name} may see this, so nobody of that name was told.")


def _back(request: PortalRequest, row: Thread, place: str = "") -> HttpResponse:
    """To the page from which the form was sent, at the thread."""
    asked = request.POST.get("next", "")
    safe = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, {request.get_host()})
    return redirect(f"{asked if safe else row.get_absolute_url()}#{place or f'thread-{row.code}'}")
