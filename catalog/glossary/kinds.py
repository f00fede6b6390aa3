"""How terms relate, from both sides. Knows no Django."""

from typing import NamedTuple


class Kind(NamedTuple):
    """`here` is said on the first term's page, `there` on the other's."""

    label: str
    here: str
    there: str
    symmetric: bool


KINDS = {
    "related": Kind("Related", "Related to", "Related to", True),
    "synonym": Kind("Synonym", "Synonym of", "Synonym of", True),
    "antonym": Kind("Antonym", "Opposite of", "Opposite of", True),
    "is_a": Kind("Is a", "Is a", "Kinds of it", False),
    "part_of": Kind("Part of", "Part of", "Has parts", False),
    "replaced_by": Kind("Replaced by", "Replaced by", "Replaces", False),
}
SYMMETRIC = [name for name, kind in KINDS.items() if kind.symmetric]
