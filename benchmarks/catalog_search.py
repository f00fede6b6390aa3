"""Pages of results, suggestions and corrections over a large catalog, with the work of the database."""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.test import Client
from django.test.utils import override_settings

from accesscontrol.audit import context
from accesscontrol.identity.models import User
from benchmarks.catalog_load import load, readers
from benchmarks.harness import Benchmark
from benchmarks.skeleton_measures import Spent, spent
from catalog.assets.models import Asset
from catalog.search.criteria import Criteria
from catalog.search.kinds import found, shown
from catalog.search.reads import meant, search, suggest

BARS = {100_000: 25, 1_000_000: 60}  # milliseconds of SQL for a page, by the size of the catalog
PAGES, PLAIN = 60, 10
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STORAGES = {**settings.STORAGES, "staticfiles": PLAIN_FILES}


def measure(bench: Benchmark, *, assets: int, fields: int, queries: int) -> None:
    began = time.perf_counter()
    words = load(assets=assets, fields=fields)
    bench.row(assets=assets, fields=fields, seconds_to_load=time.perf_counter() - began)
    asked = list(questions(words, queries))
    bar = min(each for size, each in BARS.items() if assets <= size)
    for name, reader in readers().items():
        bench.row(reader=name, sees=Asset.objects.visible_to(reader).count())
        of_pages(bench, name, reader, asked, bar)
        of_typing(bench, name, reader, words)
        beside(bench, name, reader, asked)


def questions(words: list[str], number: int) -> Iterator[str]:
    """What people type: a common word, two words, a rare one, a beginning, words with fields, a phrase."""
    dice = Random(5)
    for at in range(number):
        common, medium, rare = dice.choice(words[:50]), dice.choice(words[50:1000]), dice.choice(words[5000:])
        yield (
            common,
            f"{common} {medium}",
            rare + " ",
            medium[:4],
            f"{medium} kind:table tier<=3",
            f"{medium} owner:none -status:deprecated",
            f"({medium} OR {rare}) sensitivity>=internal",
            medium,
            f"{rare} {common}",
            f'"{common} {medium}"',
        )[at % 10]


def of_pages(bench: Benchmark, name: str, reader: User, asked: list[str], bar: float) -> None:
    """The SQL of each page of results and of the fields tab, and the whole page for some."""
    found_by = {typed: sql(partial(page_of_results, reader, typed)) for typed in asked}
    times = sorted(found_by.values())
    bench.row(reader=name, page_sql_p50_ms=statistics.median(times), page_sql_max_ms=times[-1])
    slowest = sorted(found_by, key=lambda typed: -found_by[typed])[:5]
    bench.row(reader=name, slowest={typed: round(found_by[typed], 1) for typed in slowest})
    bench.bar(f"page of results, sees {name}: SQL, p95", p95(times), "ms", bar=bar)
    columns = [sql(partial(page_of_fields, reader, typed)) for typed in asked[::4]]
    bench.row(reader=name, fields_tab_sql_p95_ms=p95(columns))
    with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES=STORAGES):
        client = Client()
        client.force_login(reader)
        client.get("/catalog/")
        pages = [whole(partial(client.get, "/catalog/", {"q": typed})) for typed in asked[:PAGES]]
    bench.bar(f"whole page, sees {name}: p95", p95(pages), "ms", bar=150)


def page_of_results(reader: User, typed: str) -> Any:
    return search(reader=reader, criteria=Criteria(typed=typed))


def page_of_fields(reader: User, typed: str) -> list[Any]:
    return shown(list(found(reader=reader, typed=typed, tab="fields")[:25]))


def of_typing(bench: Benchmark, name: str, reader: User, words: list[str]) -> None:
    dice = Random(6)
    some = [dice.choice(words[: dice.choice((100, 2000, 20_000))]) for _ in range(60)]
    begun = [word[: dice.randint(2, len(word))] for word in some]
    typing = [sql(partial(suggest, reader=reader, typed=typed)) for typed in begun]
    bench.bar(f"suggestions, sees {name}: SQL, p95", p95(typing), "ms", bar=10)
    wrong = [word[:2] + word[3] + word[2] + word[4:] for word in some if len(word) > 5]
    corrected = [sql(partial(meant, reader, typed)) for typed in wrong]
    bench.bar(f"corrections, sees {name}: SQL, p95", p95(corrected), "ms", bar=10)


def beside(bench: Benchmark, name: str, reader: User, asked: list[str]) -> None:
    """`icontains` over names and descriptions: a page of hits and their number, without facets or ranks."""
    plain = [sql(partial(icontains, reader, typed)) for typed in asked[: PLAIN * 10 : 10]]
    ours = [sql(partial(page_of_results, reader, typed)) for typed in asked[: PLAIN * 10 : 10]]
    bench.row(reader=name, icontains_p50_ms=statistics.median(plain), ours_p50_ms=statistics.median(ours))


def icontains(reader: User, typed: str) -> int:
    rows = Asset.objects.visible_to(reader).present()
    for word in typed.split():
        rows = rows.filter(Q(name__icontains=word) | Q(description__icontains=word))
    list(rows.for_list().order_by("name", "pk")[:25])
    return rows.count()


def sql(work: Callable[[], object]) -> float:
    """Milliseconds of the database's processor time, which other programs hardly move, of a second run.

    By the clock where that cannot be read.
    """
    found = again(work)
    return found.clock if found.server is None else found.server


def whole(work: Callable[[], object]) -> float:
    """The same, with the time of this process."""
    return again(work).work


def again(work: Callable[[], object]) -> Spent:
    """What the second of two runs cost; as in a request, policies are read once."""
    work()
    context.enter(context.Context(request_id="bench", ip="10.0.0.1"))
    try:
        return spent(work)
    finally:
        context.enter(context.NOWHERE)


def p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]
