"""What somebody typed, as a query over the words of the index."""

from typing import Any

from django.contrib.postgres.search import SearchQuery

from catalog.assets.terms import terms_of

CONFIG = "english"  # of the index; see the migration `search`


def text_query(typed: str) -> Any:
    """All the words, the last one as the beginning of one; None when nothing was typed."""
    words, prefix = terms_of(typed)
    query: Any = SearchQuery(words, config=CONFIG, search_type="websearch") if words else None
    if prefix:
        beginning = SearchQuery(f"{prefix}:*", config=CONFIG, search_type="raw")
        query = query & beginning if query else beginning
    return query
