"""Sources written down, one or several, as YAML or JSON. Knows no Django.

Each is a mapping of `name`, `kind`, `settings`, and where wanted `password`, `domain` (its slug), `location`,
`schedule` and `fail_safe`. A file is one such mapping, a list of them, or a list under `sources`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import yaml

LONGEST = 1_000_000  # letters of a document
TOO_LONG = f"Write at most {LONGEST:,} letters, and the other sources in a second document."
ODD_ENDS = re.compile("[\x80-\x9f\u2028\u2029\ufeff]")
USER = r"(?:^|://)[^\s:/?#@%]*"
CREDENTIALS = re.compile(
    rf"({USER}):(?!//)\S.*|(://[^\s:/?#@%]*)(?:/|%3a).*", re.DOTALL | re.I
)  # user:password, with or without ://; user/password, as Oracle writes it; before the last @ of a text
NO_PORT = re.compile(r"(://[^\s:/?#@\[]*):(?!\d*(?:/|$))\S*")  # user:password without a host
CALLED = r"(?:pass|pwd|token|secret|key|cred|auth)[\w.-]{0,100}"
SECRET_OPTION = re.compile(rf"({CALLED}[\"']?(?:\s*[=:]|%3d)).*", re.DOTALL | re.I)
MAY_HOLD = re.compile(rf"password|{CALLED}(?:=|%3d)", re.I)
MAY_BE_USER = re.compile(r":(?!//)\S|%3a", re.I)  # before the last @ of a line
VARIABLE = re.compile(r"\$(\$)?\{(\w+)\}")
LONGEST_TEXTS = {"name": 100, "kind": 40, "domain": 100, "location": 100, "schedule": 100, "password": 10_000}
FAIL_SAFE = 20
UNSET = "The variable {} is not set."
NO_VARIABLES = (
    "Variables are filled in by the command only: write the value of ${{{0}}} itself, "
    "or $${{{0}}} where just these letters are meant."
)


@dataclass(frozen=True)
class Problem:
    """What is wrong, in which source and which field; both may be empty."""

    source: str
    field: str
    message: str

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.source, self.field)))
        return f"{where}: {self.message}" if where else self.message


class WrongDocument(ValueError):
    """The document cannot become sources; `problems` are all that was found."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One source as it is written down; what it does not say is as usual, but an old password stays."""

    name: str
    kind: str
    settings: Mapping[str, Any]
    password: str = field(default="", repr=False)
    domain: str = ""
    location: str = ""
    schedule: str = ""
    fail_safe: int = FAIL_SAFE


KEYS = [each.name for each in fields(Entry)]


class Loader(yaml.SafeLoader):
    """YAML's plain part: no anchors, with which a small text can stand for a huge one; a date is text."""

    yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None,
                None,
                "references are not taken",
                self.peek_event().start_mark,  # type: ignore[no-untyped-call]
            )
        return super().compose_node(parent, index)


def load(text: str) -> Any:
    """What YAML or JSON text holds; raises WrongDocument."""
    if len(text) > LONGEST:
        raise WrongDocument(Problem("", "", TOO_LONG))
    try:
        return yaml.load(text, Loader)  # noqa: S506 - a safe one
    except yaml.MarkedYAMLError as error:
        place = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise WrongDocument(Problem("", "", f"This is not YAML{place}: {error.problem}.")) from None
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError):  # !!int '', !!bool x
        raise WrongDocument(Problem("", "", "This is not YAML.")) from None


def write(data: Any) -> str:
    """As YAML, in the order given."""
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    # Line ends of other alphabets would be read back as blanks: then every foreign letter is escaped.
    return yaml.safe_dump(data, sort_keys=False) if ODD_ENDS.search(text) else text


def filled(data: Any, variables: Mapping[str, str], unset: str = UNSET) -> Any:
    """The same with each `${NAME}` in a text replaced, and `$${` by `${`; raises WrongDocument."""
    missing: list[str] = []

    def value(found: re.Match[str]) -> str:
        if found[1]:
            return f"${{{found[2]}}}"
        if found[2] not in variables:
            missing.append(found[2])
        return variables.get(found[2], "")

    try:
        done = _each_text(data, lambda text: VARIABLE.sub(value, text))
    except RecursionError:
        raise WrongDocument(Problem("", "", "This is nested too deeply.")) from None
    if missing:
        raise WrongDocument(*(Problem("", "", unset.format(name)) for name in dict.fromkeys(missing)))
    return done


def literal(data: Any) -> Any:
    """The same where there are no variables: only `$${` by `${`; raises WrongDocument for a variable."""
    return filled(data, {}, NO_VARIABLES)


def escaped(data: Any) -> Any:
    """The same so that `filled` and `literal` give it back."""
    return _each_text(data, lambda text: VARIABLE.sub(r"$\g<0>", text))


def _each_text(node: Any, change: Callable[[str], str]) -> Any:
    if isinstance(node, str):
        return change(node)
    if isinstance(node, list):
        return [_each_text(each, change) for each in node]
    return {key: _each_text(each, change) for key, each in node.items()} if isinstance(node, dict) else node


def without_credentials(text: str) -> str:
    """A text that may be a URL, without the password that somebody wrote into it."""
    before, at, host = text.rpartition("@")
    host_kept = CREDENTIALS.sub(lambda found: found[1] or found[2] or "", before) + at + host
    return SECRET_OPTION.sub(r"\1", NO_PORT.sub(r"\1", host_kept))


def without_passwords(text: str) -> str:
    """The text to be shown again: as it was, or, where it may hold a password, written anew without."""
    suspect = MAY_HOLD.search(text) or any(
        MAY_BE_USER.search(line.rpartition("@")[0]) for line in text.split("\n")
    )
    try:
        data = load(text)
    except WrongDocument:
        return "" if suspect else text
    safe = _without(data)
    if not suspect and safe == data:
        return text
    return write(safe) if safe else ""


def _without(node: Any) -> Any:
    if isinstance(node, str):
        return without_credentials(node)
    if isinstance(node, list):
        return [_without(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {key: _without(each) for key, each in node.items() if "password" not in str(key).lower()}


def entries(data: Any) -> list[Entry]:
    """The sources of a document, formally right; raises WrongDocument with everything that is not."""
    rows = data.get("sources") if isinstance(data, dict) and "sources" in data else data
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not rows:
        raise WrongDocument(Problem("", "", "Write one source, or a list of them."))
    problems = [problem for at, row in enumerate(rows, start=1) for problem in _problems(at, row)]
    if problems:
        raise WrongDocument(*problems)
    found = [_entry(row) for row in rows]
    names = [entry.name for entry in found]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise WrongDocument(*(Problem(name, "name", "This name stands here twice.") for name in twice))
    return found


def _entry(row: Mapping[str, Any]) -> Entry:
    given = {key: value for key, value in row.items() if value is not None}
    return Entry(**{**given, "name": row["name"].strip()})


def _problems(at: int, row: Any) -> Iterator[Problem]:
    if not isinstance(row, dict):
        yield Problem(f"source {at}", "", "Write a mapping with name, kind and settings.")
        return
    source = _shown(row.get("name")) or f"source {at}"
    for key in row:
        if key not in KEYS:
            yield Problem(source, _shown(str(key)), f"There is no such field; known: {', '.join(KEYS)}.")
    for key in ("name", "kind", "settings"):
        if row.get(key) is None or not str(row[key]).strip():
            yield Problem(source, key, "This field is required.")
    yield from (Problem(source, key, said) for key in KEYS if (said := _wrong(key, row.get(key))))


def _shown(name: Any) -> str:
    """A name as an error may repeat it; empty for what no page could show."""
    return name.strip() if isinstance(name, str) and storable(name) else ""


def _wrong(key: str, value: Any) -> str:
    """What is wrong with the form of a field; that it may be missing is no concern here."""
    if value is None:
        return ""
    if key == "settings":
        return (
            ""
            if isinstance(value, dict) and storable(value)
            else "Write settings by name: text, numbers, lists."
        )
    if key == "fail_safe":
        whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100
        return "" if whole else "Write a number from 0 to 100."
    if not isinstance(value, str) or not storable(value):
        return "Write text."
    return "" if len(value) <= LONGEST_TEXTS[key] else f"Write at most {LONGEST_TEXTS[key]} letters."


def storable(value: Any) -> bool:
    """Whether a database can keep it as JSON."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (TypeError, ValueError):
        return False
    return "\\u0000" not in text
