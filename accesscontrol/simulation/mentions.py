"""Which attributes rules speak of, and which people they therefore cannot tell apart. Knows no Django."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from accesscontrol.policy.attributes import Attribute
from accesscontrol.policy.nodes import All, AnyOf, Compare, Node, Not
from accesscontrol.policy.rules import CompiledRule
from accesscontrol.policy.semantics import Values, found

Key = tuple[Any, ...]


def leaves(node: Node) -> Iterator[Compare]:
    """Yield every comparison of a condition, in its order."""
    match node:
        case Compare():
            yield node
        case Not(item):
            yield from leaves(item)
        case All(items) | AnyOf(items):
            for item in items:
                yield from leaves(item)


def mentioned(nodes: Iterable[Node], root: str) -> tuple[Attribute, ...]:
    """Return the attributes of `root` ("user", "resource", "env") in these conditions, by name."""
    operands = (side for node in nodes for leaf in leaves(node) for side in (leaf.left, leaf.right))
    asked = {side for side in operands if isinstance(side, Attribute) and side.root == root}
    return tuple(sorted(asked, key=lambda attribute: attribute.name))


def cores(rules: Iterable[CompiledRule]) -> list[Node]:
    return [compiled.core for compiled in rules]


def key_of(values: Values, attributes: Iterable[Attribute]) -> Key:
    """Return what these attributes hold for one person; equal keys get equal residuals."""
    return tuple(frozen(found(each, {each.root: values})) for each in attributes)


def alike(people: Mapping[int, Values], attributes: Iterable[Attribute]) -> dict[Key, list[int]]:
    """Return the people by what the attributes hold for them."""
    asked = tuple(attributes)
    groups: dict[Key, list[int]] = {}
    for pk, values in people.items():
        groups.setdefault(key_of(values, asked), []).append(pk)
    return groups


def frozen(value: Any) -> Any:
    """Return the same value, lists and objects made hashable."""
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    return repr(value) if isinstance(value, dict) else value
