"""The speed of harvests: a big database, very many assets, and a statement that is heard at once.

Each part stands in `benchmarks/harvest_<part>.py` and begins with an empty catalog.
"""

from benchmarks.parts import Sizes, run

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

if __name__ == "__main__":
    raise SystemExit(run("harvest", __doc__, full=FULL, quick=QUICK))
