"""The speed of access: one decision, a page of a long list, an explanation, and everybody at once.

Each part stands in `benchmarks/access_<part>.py` and begins with an empty catalog. What it is compared with
runs by turns with it in the same process.
"""

from benchmarks.parts import Sizes, run

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

if __name__ == "__main__":
    raise SystemExit(run("access", __doc__, full=FULL, quick=QUICK))
