"""Lists that are read page by page, as far as somebody looks."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from govportal.client.answers import Asset, Facet
from govportal.client.shapes import read

T = TypeVar("T")
Get = Callable[[Mapping[str, Any]], Any]
PAGE_SIZE = 100


class Found(Generic[T]):
    """What a list holds. Iterating asks for one page after the other; `count` asks for the first only."""

    def __init__(self, shape: type[T], get: Get, page_size: int = PAGE_SIZE) -> None:
        self._shape, self._get, self._size = shape, get, page_size

    @cached_property
    def first_page(self) -> dict[str, Any]:
        """The answer to the first request, as it came."""
        return self._page(1)

    @property
    def count(self) -> int:
        return int(self.first_page["count"])

    def __iter__(self) -> Iterator[T]:
        page, number = self.first_page, 1
        while True:
            yield from (read(self._shape, row) for row in page["results"])
            if not self._goes_on(page):
                return
            number += 1
            page = self._page(number)

    def _page(self, number: int) -> dict[str, Any]:
        return dict(self._get({"page": number, "page_size": self._size}))

    def _goes_on(self, page: Mapping[str, Any]) -> bool:
        return bool(page["next"])


class Hits(Found[Asset]):
    """What a search found, the best first, with the facets of all of it."""

    def __init__(self, get: Get, page_size: int = PAGE_SIZE) -> None:
        super().__init__(Asset, get, page_size)

    @property
    def facets(self) -> tuple[Facet, ...]:
        return tuple(read(Facet, each) for each in self.first_page["facets"])

    @property
    def did_you_mean(self) -> tuple[str, ...]:
        return tuple(self.first_page["did_you_mean"])

    def _goes_on(self, page: Mapping[str, Any]) -> bool:
        return bool(page["page"] < page["pages"])
