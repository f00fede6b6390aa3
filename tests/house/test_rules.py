"""The house keeps its rules; and each rule is shown to notice when it is broken."""

import subprocess

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import get_resolver, path

from tests.house import rules

CODE = rules.sources(*rules.FLOORS, "govportal", "scripts", "benchmarks", "tests")
WEB = [each for each in rules.sources(*rules.FLOORS, "govportal") if each.name in {"views.py", "api.py"}]
TEMPLATES = sorted(each.relative_to(rules.ROOT) for each in (rules.ROOT / "templates").rglob("*.html"))
# Django's own pages: its admin asks for a member of staff by itself.
FOREIGN = ("admin/", "static/")
IGNORED_ENDINGS = {".png", ".ico", ".webp", ".woff2", ".gz"}


def committed() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=rules.ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    return [name for name in listed.stdout.splitlines() if (rules.ROOT / name).suffix not in IGNORED_ENDINGS]


def text(name: object) -> str:
    return (rules.ROOT / str(name)).read_text()


@pytest.mark.parametrize("source", CODE, ids=str)
def test_files_and_functions_stay_small(source):
    assert rules.too_long(text(source)) == []


def test_a_long_file_and_a_long_function_are_noticed():
    long = "def f():\n" + "    x = 1\n" * 40

    assert rules.too_long(long) == ["f: 41 lines"]
    assert rules.too_long("x = 1\n" * 301) == ["301 lines"]
    assert rules.too_long("x = 1\n" * 300) == []


@pytest.mark.parametrize("source", WEB, ids=str)
def test_pages_read_only_what_the_reader_may_see(source):
    assert rules.unguarded_rows(text(source)) == []


def test_an_unguarded_queryset_is_noticed():
    assert rules.unguarded_rows("rows = Asset.objects.all()") == ["line 1: Asset.objects"]
    assert rules.unguarded_rows("count(Asset.objects).visible_to(me)") == ["line 1: Asset.objects"]
    assert rules.unguarded_rows("class V(View):\n    queryset = Asset.objects.all()") == [
        "line 2: Asset.objects"
    ]
    assert rules.unguarded_rows("rows = Asset.objects.current().visible_to(me)") == []
    assert rules.unguarded_rows("class V(DoorViewSet):\n    queryset = Asset.objects.all()") == []


def test_every_url_declares_the_action_that_opens_it():
    found = rules.routes(get_resolver().url_patterns)

    assert [
        route for route, view in found if not route.startswith(FOREIGN) and rules.declared(view) is None
    ] == []


def test_a_url_without_a_door_is_noticed():
    def doorless(request):
        return HttpResponse()

    assert [rules.declared(view) for _, view in rules.routes([path("x/", doorless)])] == [None]


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_templates_hold_no_code(template):
    assert rules.inline_code(text(template)) == []


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("<script>x()</script>", "<script>"),
        ("<style>p {}</style>", "<style>"),
        ('<p style="color: red">', "style="),
        ('<a onclick="x()">', "onclick="),
        ('<a hx-on:click="x()">', "hx-on:click="),
        ('<a href="javascript:x()">', "href="),
    ],
)
def test_inline_code_is_noticed(template, fault):
    assert rules.inline_code(template) == [f"line 1: {fault}"]


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_templates_are_short_and_say_what_they_need(template):
    assert rules.undeclared_template(text(template)) == []


def test_a_template_that_is_long_or_says_nothing_is_noticed():
    assert rules.undeclared_template("<p>\n" * 151) == ["no {# needs: ... #} in line 1", "151 lines"]
    assert rules.undeclared_template("{# needs: page #}\n<p>") == []


def test_no_committed_file_names_a_registry():
    ours = [name for name in committed() if name != "tests/house/rules.py"]

    named = {name: rules.registry_addresses(text(name)) for name in ours}

    assert {name: found for name, found in named.items() if found} == {}


def test_a_registry_is_noticed():
    resolved, host = '"resol' + 'ved":', "registry.npmjs" + ".org"

    assert rules.registry_addresses(f'{resolved} "https://{host}/x/-/x-1.tgz"') == [host, resolved]


def test_no_link_is_committed():
    """A link to somebody's environment would replace that environment wherever it is checked out."""
    listed = subprocess.run(
        ["git", "ls-files", "-s"], cwd=rules.ROOT, capture_output=True, text=True, check=False
    )

    assert [line for line in listed.stdout.splitlines() if line.startswith("120000")] == []


def test_dependencies_are_few_and_each_says_why():
    assert rules.unexplained_dependencies(text("pyproject.toml")) == []


def test_an_unexplained_dependency_is_noticed():
    listed = "[project]\ndependencies = [\n" + '    "a",  # why\n' * 20 + '    "b",\n]\n'

    assert rules.unexplained_dependencies(listed) == ['"b",', "21 direct dependencies"]


def test_nothing_is_put_off():
    found = {name: rules.put_off(text(name)) for name in committed() if not name.startswith("requirements/")}

    assert {name: marks for name, marks in found.items() if marks} == {}


def test_a_mark_of_work_put_off_is_noticed():
    assert rules.put_off("# TO" + "DO: later") == ["TO" + "DO"]


def test_every_table_has_its_page_in_the_admin():
    ours = [model for model in apps.get_models() if model._meta.app_label in rules.FLOORS]

    assert [model.__name__ for model in ours if not admin.site.is_registered(model)] == []


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_django_finds_nothing_to_complain_about(db):
    call_command("check", fail_level="WARNING", verbosity=0)
