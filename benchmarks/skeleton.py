"""The speed of the first day: harvest, ingestion, lineage and search, on a database of its own.

Each part stands in `benchmarks/skeleton_<part>.py` and begins with an empty catalog. What it is compared
with, the way a tutorial would write it, runs by turns with it in the same process.
"""

from benchmarks.parts import Sizes, run

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

if __name__ == "__main__":
    raise SystemExit(run("skeleton", __doc__, full=FULL, quick=QUICK))
