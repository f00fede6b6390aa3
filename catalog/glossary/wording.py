"""Words as people write them, kept tidy. Knows no Django."""

from typing import Any

SEPARATOR = ";"
ESCAPE = "\\"
LONG = {"definition"}


def tidied(name: str, value: Any) -> Any:
    """The text of a term without needless space; a list of words without empty ones and without doubles."""
    if name == "synonyms":
        return words(value)
    if name in LONG:
        return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
    return " ".join(str(value).split())


def words(value: list[str]) -> list[str]:
    kept: dict[str, str] = {}
    for word in value:
        one = " ".join(word.split())
        kept.setdefault(one.lower(), one)
    kept.pop("", None)
    return list(kept.values())


def are_words(value: Any) -> bool:
    """Whether it is a list of texts that can be kept."""
    return isinstance(value, list) and all(isinstance(one, str) and "\0" not in one for one in value)


def joined(several: list[str]) -> str:
    """The words in one cell: `sale; sold item`; a separator inside a word is escaped."""
    escaped = (one.replace(ESCAPE, ESCAPE * 2).replace(SEPARATOR, ESCAPE + SEPARATOR) for one in several)
    return f"{SEPARATOR} ".join(escaped)


def parted(cell: str) -> list[str]:
    """The words of a cell as `joined` wrote it, without space around them and without empty ones."""
    found, word, letters = [], "", iter(cell)
    for letter in letters:
        if letter == ESCAPE:
            word += next(letters, ESCAPE)
        elif letter == SEPARATOR:
            found.append(word)
            word = ""
        else:
            word += letter
    return [one for one in (each.strip() for each in (*found, word)) if one]
