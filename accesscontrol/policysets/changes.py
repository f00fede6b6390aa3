"""Lists of stored policies: checked, named by a digest, compared, and merged three ways. Knows no Django."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal
from unicodedata import category

from accesscontrol.audit.canonical import canonical
from accesscontrol.policy.cedar import to_cedar
from accesscontrol.policy.cedar_import import from_cedar
from accesscontrol.policy.document import DEFAULTS, Rule, in_order, read_policy
from accesscontrol.policy.values import PolicyError

Document = Mapping[str, Any]
Kind = Literal["added", "changed", "removed"]
MOST_POLICIES = 5_000
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Zl", "Zp"})  # general categories of Unicode
FORMS = {  # name -> label and media type
    "json": ("JSON", "application/json"),
    "cedar": ("Cedar", "text/plain; charset=utf-8"),
}
FIRST_KEYS = ("name", "description", "effect", "actions", "resource_types", "conditions")


@dataclass(frozen=True)
class Change:
    """What happens to one policy; `before` or `after` is None where there is none."""

    name: str
    kind: Kind
    before: Document | None
    after: Document | None


@dataclass(frozen=True)
class Merged:
    """Both sides' changes together; of a policy in `conflicts` both changed, and ours was kept."""

    documents: list[dict[str, Any]]
    conflicts: tuple[str, ...]


def checked(raw: Any) -> list[dict[str, Any]]:
    """Return the policies in their full stored form, by name.

    Raises `PolicyError` with a path such as "policies[3].conditions[0].operator".
    """
    if not isinstance(raw, list):
        raise PolicyError("policies", "must be a list of policies")
    if len(raw) > MOST_POLICIES:
        raise PolicyError("policies", f"must be at most {MOST_POLICIES}")
    found: dict[str, dict[str, Any]] = {}
    for at, document in enumerate(raw):
        whole = _in_its_place(f"policies[{at}]", document)
        if whole["name"] in found:
            raise PolicyError(f"policies[{at}].name", f"{whole['name']!r} is the name of another policy")
        found[whole["name"]] = whole
    return [found[name] for name in sorted(found)]


def stored_form(document: Any) -> dict[str, Any]:
    """Return one policy with every key, its moments in UTC; raises `PolicyError`."""
    rule = read_policy(document)
    legible(rule.name, "name")
    whole = {
        **DEFAULTS,
        **document,
        "valid_from": _iso(rule.valid_from),
        "valid_until": _iso(rule.valid_until),
    }
    whole["conditions"] = in_order(whole["conditions"])
    return {key: whole[key] for key in (*FIRST_KEYS, *sorted(whole.keys() - set(FIRST_KEYS)))}


def readable(document: Document) -> dict[str, Any]:
    """Return the stored form as a person writes it: in order, without what goes without saying."""
    told = {key: document[key] for key in FIRST_KEYS}
    told |= {key: value for key, value in document.items() if value != DEFAULTS.get(key, value)}
    return {**told, "conditions": in_order(told["conditions"])}


def legible(text: str, path: str) -> str:
    """Return a name that looks as what it is: nothing in it is invisible or turns the letters round.

    Raises `PolicyError`. An approver must not be misled (CVE-2021-42574, "Trojan Source").
    """
    if any(category(letter) in UNSEEN for letter in text):
        raise PolicyError(path, "holds a character that cannot be seen")
    return text


def read_text(text: str, form: str) -> list[dict[str, Any]]:
    """Return the policies of a text in one of `FORMS`; raises `PolicyError`.

    The JSON is {"policies": [...]} as exported, or the bare list.
    """
    if form == "cedar":
        return checked(from_cedar(text))
    content = read_json(text)
    return checked(content.get("policies") if isinstance(content, dict) else content)


def write_text(documents: Sequence[Document], form: str) -> str:
    """Return the policies as a text in one of `FORMS`; raises `PolicyError` for what it cannot say."""
    if form == "cedar":
        return to_cedar(rules(documents))
    return json.dumps({"policies": list(documents)}, indent=2, ensure_ascii=False) + "\n"


def read_json(text: str) -> Any:
    """Return the value; raises `PolicyError` with the line and the column of a fault."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise PolicyError(f"line {error.lineno}, column {error.colno}", error.msg) from error
    except RecursionError as error:
        raise PolicyError("text", "is nested far too deep") from error


def _refuse_constant(name: str) -> None:
    raise PolicyError("policy", f"{name} is not a value of JSON")


def rules(documents: Iterable[Document]) -> list[Rule]:
    return [read_policy(dict(document)) for document in documents]


def digest(documents: Sequence[Document]) -> str:
    """Return the SHA-256 of the canonical JSON of the policies, in hexadecimal digits."""
    ordered = sorted(documents, key=lambda document: str(document["name"]))
    return sha256(canonical({"policies": ordered}).encode()).hexdigest()


def compare(before: Iterable[Document], after: Iterable[Document]) -> list[Change]:
    """Return what has to happen to `before` to become `after`, by name."""
    old, new = _by_name(before), _by_name(after)
    return [
        Change(name, _kind(old.get(name), new.get(name)), old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def merge(base: Iterable[Document], ours: Iterable[Document], theirs: Iterable[Document]) -> Merged:
    """Return `theirs` with what `ours` changed since `base`."""
    known, result = list(base), _by_name(theirs)
    moved = {change.name: change.after for change in compare(known, result.values())}
    mine = compare(known, ours)
    for change in mine:
        if change.after is None:
            result.pop(change.name, None)
        else:
            result[change.name] = change.after
    conflicts = (change.name for change in mine if moved.get(change.name, change.after) != change.after)
    return Merged([dict(result[name]) for name in sorted(result)], tuple(conflicts))


def _by_name(documents: Iterable[Document]) -> dict[str, Document]:
    return {str(document["name"]): document for document in documents}


def _kind(old: Document | None, new: Document | None) -> Kind:
    if old is None:
        return "added"
    return "removed" if new is None else "changed"


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _in_its_place(path: str, document: Any) -> dict[str, Any]:
    try:
        return stored_form(document)
    except PolicyError as error:
        raise PolicyError(f"{path}.{error.path}", error.message) from error
