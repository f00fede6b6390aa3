"""A benchmark of several parts, each in a file of its own that begins with an empty catalog.

raise SystemExit(run("skeleton", __doc__, full=FULL, quick=QUICK))    # benchmarks/skeleton_<part>.py
"""

import time
import warnings
from collections.abc import Mapping
from importlib import import_module

from django.apps import apps
from django.db import connection

from benchmarks.harness import Benchmark, arguments, prepare

Sizes = Mapping[str, Mapping[str, int]]


def run(name: str, description: str | None, *, full: Sizes, quick: Sizes) -> int:
    """Measure each part on a database of its own, with its sizes; return the exit status."""
    options = arguments(description)
    warnings.filterwarnings("ignore", "No directory at:")  # static files are not collected, and not asked for
    prepare()
    refuse_a_used_database()
    bench = Benchmark(name, quick=options.quick, output=options.output)
    for part, sizes in (quick if options.quick else full).items():
        measure(bench, part, sizes)
    return bench.finish()


def measure(bench: Benchmark, part: str, sizes: Mapping[str, int]) -> None:
    """Run one part; it is imported by name, because models can be imported only after `prepare()`."""
    began = time.perf_counter()
    print(f"\n{part}: {', '.join(f'{size:,} {name}' for name, size in sizes.items())}", flush=True)
    empty_the_catalog()
    import_module(f"benchmarks.{bench.name}_{part}").measure(bench, **sizes)
    bench.row(part=part, seconds_in_all=time.perf_counter() - began)


def refuse_a_used_database() -> None:
    """Protect what DATABASE_URL may name: each part empties the catalog."""
    if apps.get_model("catalog", "Asset").objects.exists():
        raise SystemExit("This database holds a catalog. Unset DATABASE_URL, or name an empty database.")


def empty_the_catalog() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE catalog_asset, lineage_event CASCADE")
