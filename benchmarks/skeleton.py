"""The speed of the first day: harvest, ingestion, lineage and search, on a database of its own.

Each part stands in `benchmarks/skeleton_<part>.py` and begins with an empty catalog. What it is compared
with, the way a tutorial would write it, runs by turns with it in the same process.
"""

import time
import warnings
from collections.abc import Mapping
from importlib import import_module

from django.apps import apps
from django.db import connection

from benchmarks.harness import Benchmark, arguments, prepare

Sizes = Mapping[str, Mapping[str, int]]
FULL: Sizes = {
    "harvest": {"tables": 1000, "rounds": 5},
    "ingest": {"events": 2000, "rounds": 5},
    "lineage": {"edges": 10_000, "times": 9},
    "search": {"assets": 10_000, "times": 9},
}
QUICK: Sizes = {
    "harvest": {"tables": 300, "rounds": 5},
    "ingest": {"events": 300, "rounds": 5},
    "lineage": {"edges": 3000, "times": 9},
    "search": {"assets": 2000, "times": 7},
}


def main() -> int:
    options = arguments(__doc__)
    warnings.filterwarnings("ignore", "No directory at:")  # static files are not collected, and not asked for
    prepare()
    refuse_a_used_database()
    bench = Benchmark("skeleton", quick=options.quick, output=options.output)
    for part, sizes in (QUICK if options.quick else FULL).items():
        measure(bench, part, sizes)
    return bench.finish()


def measure(bench: Benchmark, part: str, sizes: Mapping[str, int]) -> None:
    """Run one part; it is imported by name, because models can be imported only after `prepare()`."""
    began = time.perf_counter()
    print(f"\n{part}: {', '.join(f'{size:,} {name}' for name, size in sizes.items())}", flush=True)
    empty_the_catalog()
    import_module(f"benchmarks.skeleton_{part}").measure(bench, **sizes)
    bench.row(part=part, seconds_in_all=time.perf_counter() - began)


def refuse_a_used_database() -> None:
    """Protect what DATABASE_URL may name: each part empties the catalog."""
    if apps.get_model("catalog", "Asset").objects.exists():
        raise SystemExit("This database holds a catalog. Unset DATABASE_URL, or name an empty database.")


def empty_the_catalog() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE catalog_asset, lineage_event CASCADE")


if __name__ == "__main__":
    raise SystemExit(main())
