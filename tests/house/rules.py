"""The rules that no linter knows, as functions from a text to what is wrong with it."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver

ROOT = Path(__file__).parents[2]
FLOORS = ("accesscontrol", "stewardship", "catalog", "lineage", "quality", "mlgovernance", "compliance")
FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES, DEPENDENCIES = 300, 40, 150, 20
MARKS = ("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")
# Tables whose rows everybody may know, and why.
UNGUARDED = {"Domain": "the name of a domain stands on every page, and filters every list"}


def sources(*folders: str) -> list[Path]:
    """Return our Python files under `folders`, migrations left out."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path.relative_to(ROOT) for path in found if "migrations" not in path.parts]


def too_long(text: str) -> list[str]:
    """Name a file, and the functions in it, that are longer than a reader can hold."""
    lines = len(text.splitlines())
    functions = [
        f"{node.name}: {length} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    return ([f"{lines} lines"] if lines > FILE_LINES else []) + functions


def unguarded_rows(text: str) -> list[str]:
    """Name each `.objects` of a web file that no `.visible_to` follows.

    The `queryset` of a DoorViewSet is guarded by its `get_queryset`.
    """
    tree = ast.parse(text)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_default_manager"}
        and ast.unparse(node.value) not in UNGUARDED
        and not any(_guards(each) for each in _chain(node, parents))
    ]


def _chain(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    """Yield what is built on `node`: a.b().c, up to the assignment and its class."""
    while node in parents and isinstance(
        parents[node], ast.Attribute | ast.Call | ast.Assign | ast.AnnAssign | ast.ClassDef
    ):
        above = parents[node]
        if isinstance(above, ast.Call) and node is not above.func:
            return
        node = above
        yield node


def _guards(node: ast.AST) -> bool:
    if isinstance(node, ast.ClassDef):
        return any("DoorViewSet" in ast.unparse(base) for base in node.bases)
    return isinstance(node, ast.Attribute) and node.attr == "visible_to"


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every route with its view."""
    for pattern in patterns:
        here = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            yield here, pattern.callback


def declared(view: Any) -> Any:
    """Return the action that `view` declares, wherever Django or DRF keeps it; None when it declares none."""
    holders = (view, getattr(view, "cls", None), getattr(view, "view_class", None))
    given = (getattr(view, "view_initkwargs", {}), getattr(view, "initkwargs", {}))
    found = [getattr(holder, "door", None) for holder in holders] + [each.get("door") for each in given]
    return next(filter(None, found), None)


class Inline(HTMLParser):
    """Collects what a strict Content-Security-Policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in values and not _is_data(values)):
            self.faults.append(f"line {self.getpos()[0]}: <{tag}>")
        for name, value in attrs:
            if name == "style" or re.fullmatch(r"on[a-z]+|hx-on.*", name) or _runs(value):
                self.faults.append(f"line {self.getpos()[0]}: {name}=")


def _is_data(values: dict[str, str | None]) -> bool:
    return values.get("type") in {"application/json", "application/ld+json"}


def _runs(value: str | None) -> bool:
    return (value or "").strip().lower().startswith("javascript:")


def inline_code(template: str) -> list[str]:
    """Name each inline script, style or handler of a template."""
    parser = Inline()
    parser.feed(re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", template, flags=re.DOTALL))
    return parser.faults


def undeclared_template(template: str) -> list[str]:
    """Say what is missing from a template's head, and whether it is too long."""
    lines = template.splitlines()
    head = [] if lines and re.match(r"\{# needs: .+? #\}", lines[0]) else ["no {# needs: ... #} in line 1"]
    return head + ([f"{len(lines)} lines"] if len(lines) > TEMPLATE_LINES else [])


def registry_addresses(text: str) -> list[str]:
    """Return the places packages come from that a committed file names."""
    hosts = (
        "registry.npmjs" + ".org",
        "pypi" + ".org/simple",
        "pythonhosted" + ".org",
        "deb.debian" + ".org",
    )
    options = ("--index-url", "--extra-index-url", "--find-links", "--registry", '"resolved":')
    return [sign for sign in (*hosts, *options) if sign in text]


def unexplained_dependencies(pyproject: str) -> list[str]:
    """Return the direct dependencies that do not say why, and their number when there are too many."""
    listed = pyproject.split("\ndependencies = [\n", 1)[1].split("\n]", 1)[0].splitlines()
    silent = [line.strip() for line in listed if "#" not in line]
    return silent + ([f"{len(listed)} direct dependencies"] if len(listed) > DEPENDENCIES else [])


def put_off(text: str) -> list[str]:
    """Return the marks of work put off."""
    return re.findall(rf"\b(?:{'|'.join(MARKS)})\b", text)
