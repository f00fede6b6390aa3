"""The speed of access: one decision, a page of a long list, an explanation, and everybody at once.

Each part stands in `benchmarks/access_<part>.py` and begins with an empty catalog. What it is compared with
runs by turns with it in the same process.
"""

import time
import warnings
from collections.abc import Mapping
from importlib import import_module

from benchmarks.harness import Benchmark, arguments, prepare
from benchmarks.skeleton import Sizes, empty_the_catalog, refuse_a_used_database

FULL: Sizes = {
    "decide": {"assets": 5000, "people": 200, "pairs": 2000, "rounds": 7},
    "pages": {"assets": 100_000, "people": 100, "times": 15},
    "people": {"assets": 100_000, "people": 1000, "times": 5},
}
QUICK: Sizes = {
    "decide": {"assets": 1000, "people": 60, "pairs": 200, "rounds": 5},
    "pages": {"assets": 10_000, "people": 20, "times": 7},
    "people": {"assets": 5000, "people": 300, "times": 3},
}


def main() -> int:
    options = arguments(__doc__)
    warnings.filterwarnings("ignore", "No directory at:")  # static files are not collected, and not asked for
    prepare()
    refuse_a_used_database()
    bench = Benchmark("access", quick=options.quick, output=options.output)
    for part, sizes in (QUICK if options.quick else FULL).items():
        measure(bench, part, sizes)
    return bench.finish()


def measure(bench: Benchmark, part: str, sizes: Mapping[str, int]) -> None:
    """Run one part; it is imported by name, because models can be imported only after `prepare()`."""
    began = time.perf_counter()
    print(f"\n{part}: {', '.join(f'{size:,} {name}' for name, size in sizes.items())}", flush=True)
    empty_the_catalog()
    import_module(f"benchmarks.access_{part}").measure(bench, **sizes)
    bench.row(part=part, seconds_in_all=time.perf_counter() - began)


if __name__ == "__main__":
    raise SystemExit(main())
