"""Search as somebody whom policies restrict, beside `icontains` over the same rows."""

from dataclasses import asdict
from functools import partial
from random import Random

from django.db import connection
from django.db.models import Count, Q

from accesscontrol.identity.models import Clearance, User
from accesscontrol.identity.services import save_user
from accesscontrol.policysets.reads import documents_in_force
from accesscontrol.policysets.services import install
from benchmarks import skeleton_words
from benchmarks.harness import Benchmark
from benchmarks.skeleton_measures import by_turns, queries
from benchmarks.skeleton_words import Text
from catalog.assets.models import Asset, AssetQuerySet
from catalog.domains.models import Domain
from catalog.domains.services import save_domain
from catalog.search.criteria import Criteria
from catalog.search.hits import MOST
from catalog.search.reads import PER_PAGE, search

SEED = 30
DOMAINS = 20
SEEN = 12  # of these domains by the reader
FACETS = (
    "kind",
    "domain__slug",
    "source__code",
    "owner__username",
    "status",
    "sensitivity",
    "has_personal_data",
)
KINDS = ("table", "view", "file", "topic", "feature")
OTHER_WORDS = "identifier created changed amount status"  # columns: the plain search knows none of them


def measure(bench: Benchmark, *, assets: int, times: int) -> None:
    dice = Random(SEED)
    texts = skeleton_words.texts(assets, dice)
    load(texts, dice)
    reader = reader_of([f"domain-{at}" for at in range(SEEN)])
    bench.row(assets=assets, seen_by_reader=Asset.objects.visible_to(reader).count())
    counts = []
    for name, typed in asdict(skeleton_words.queries(texts)).items():
        compare(bench, reader, name, typed, times)
        counts.append(queries(partial(ours, reader, typed)))
    bench.row(queries=min(counts))
    bench.bar("search: queries, more for one term than for another", max(counts) - min(counts), "", bar=0)


def load(texts: list[Text], dice: Random) -> None:
    domains = [save_domain(actor="bench", slug=f"domain-{at}", name=f"Domain {at}") for at in range(DOMAINS)]
    Asset.objects.bulk_create((row(text, domains, dice) for text in texts), batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE catalog_asset")


def row(text: Text, domains: list[Domain], dice: Random) -> Asset:
    return Asset(
        kind=dice.choice(KINDS),
        namespace="bench://search",
        name=text.name,
        description=text.description,
        domain=dice.choice(domains),
        sensitivity=dice.choices(list(Clearance), (4, 3, 2, 1))[0],
        has_personal_data=dice.random() < 0.2,
        field_names=OTHER_WORDS,
    )


def reader_of(domains: list[str]) -> User:
    """Somebody who sees some domains, and nothing above their clearance."""
    department = {"attribute": "user.department", "operator": "==", "value": "bench-search"}
    within = {"attribute": "resource.domain", "operator": "in", "value": domains}
    above = {
        "attribute": "resource.sensitivity",
        "operator": ">",
        "value_from": "user.clearance",
    }
    documents = [
        *documents_in_force(),
        {"name": "bench: domains", "actions": ["view"], "conditions": [department, within]},
        {"name": "bench: above", "effect": "forbid", "actions": ["*"], "conditions": [above]},
    ]
    install(documents=documents, summary="For the benchmark", actor="bench")
    return save_user(
        username="bench-searcher",
        actor="bench",
        roles=["viewer"],
        department="bench-search",
        clearance=Clearance.CONFIDENTIAL,
    )


def compare(bench: Benchmark, reader: User, name: str, typed: str, times: int) -> None:
    """Search in all three ways by turns, after their answers were found equal."""
    hits = ours(reader, typed)
    if any(hits != min(MOST, other(reader, typed)) for other in (plain, bare)) or not hits:
        raise SystemExit(f"For {typed!r} the search finds {hits}, icontains {bare(reader, typed)}.")
    mine, theirs = by_turns(partial(ours, reader, typed), partial(plain, reader, typed), times)
    beside, barest = by_turns(partial(ours, reader, typed), partial(bare, reader, typed), times)
    bench.row(
        search=name,
        typed=typed,
        hits=hits,
        ours_ms=mine.clock,
        icontains_ms=theirs.clock,
        ours_cpu_ms=mine.work,
        icontains_cpu_ms=theirs.work,
        icontains_without_facets_cpu_ms=barest.work,
        ours_beside_that_cpu_ms=beside.work,
    )
    bench.bar(f"search: {name}, times icontains", mine.work / theirs.work, "times", bar=1.0)


def ours(reader: User, typed: str) -> int:
    """One page of hits with facets, ranked, and with what was found where."""
    found = search(reader=reader, criteria=Criteria(typed=typed))
    return found.total if list(found.page) else 0


def bare(reader: User, typed: str) -> int:
    """The number of hits and the first of them: less than the page shows."""
    rows = matching(reader, typed)
    list(rows.for_list().order_by("name", "pk")[:PER_PAGE])
    return rows.count()


def plain(reader: User, typed: str) -> int:
    """The same with the counts of each facet, a query for each."""
    rows = matching(reader, typed)
    for facet in FACETS:
        list(rows.order_by().values(facet).annotate(number=Count("pk")))
    return bare(reader, typed)


def matching(reader: User, typed: str) -> AssetQuerySet:
    rows = Asset.objects.visible_to(reader).present()
    for word in typed.split():
        rows = rows.filter(Q(name__icontains=word) | Q(description__icontains=word))
    return rows
