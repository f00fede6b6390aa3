"""The speed of harvests: a big database, very many assets, and a statement that is heard at once.

Each part stands in `benchmarks/harvest_<part>.py` and begins with an empty catalog.
"""

import time
import warnings
from collections.abc import Mapping
from importlib import import_module

from benchmarks.harness import Benchmark, arguments, prepare
from benchmarks.skeleton import Sizes, empty_the_catalog, refuse_a_used_database

FULL: Sizes = {
    "database": {"tables": 10_000, "times": 5},
    "load": {"assets": 1_000_000, "at_once": 50_000},
    "statements": {"times": 9},
}
QUICK: Sizes = {
    "database": {"tables": 1000, "times": 5},
    "load": {"assets": 20_000, "at_once": 10_000},
    "statements": {"times": 5},
}


def main() -> int:
    options = arguments(__doc__)
    warnings.filterwarnings("ignore", "No directory at:")  # static files are not collected, and not asked for
    prepare()
    refuse_a_used_database()
    bench = Benchmark("harvest", quick=options.quick, output=options.output)
    for part, sizes in (QUICK if options.quick else FULL).items():
        measure(bench, part, sizes)
    return bench.finish()


def measure(bench: Benchmark, part: str, sizes: Mapping[str, int]) -> None:
    """Run one part; it is imported by name, because models can be imported only after `prepare()`."""
    began = time.perf_counter()
    print(f"\n{part}: {', '.join(f'{size:,} {name}' for name, size in sizes.items())}", flush=True)
    empty_the_catalog()
    import_module(f"benchmarks.harvest_{part}").measure(bench, **sizes)
    bench.row(part=part, seconds_in_all=time.perf_counter() - began)


if __name__ == "__main__":
    raise SystemExit(main())
