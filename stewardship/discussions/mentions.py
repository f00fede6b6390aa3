"""Who is named in a text: @ada. Knows no Django."""

import re

# Not inside a word, a mail address or a web address; a user name may hold . @ + - but does not end with them.
NAMED = re.compile(r"(?<![\w@./+-])@(\w(?:[\w.@+-]*\w)?)")


def names_in(text: str) -> list[str]:
    """The user names that a text mentions, each once, in their order."""
    return list(dict.fromkeys(NAMED.findall(text)))


def pieces(text: str) -> list[tuple[str, bool]]:
    """[(text, whether it is a mention), …]; together they are the text."""
    found, at = [], 0
    for match in NAMED.finditer(text):
        found += [(text[at : match.start()], False), (match[0], True)]
        at = match.end()
    return [(part, named) for part, named in [*found, (text[at:], False)] if part]
