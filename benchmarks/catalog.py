"""The search of a large catalog, for who sees most of it and for who sees one part in twenty.

Two hundred queries as people write them, each as a whole page of results: hits, total, facets, ranks. The
bars are of processor time, in the database or in all; `icontains` over the same rows is what it is beside.
"""

from benchmarks.parts import Sizes, run

FULL: Sizes = {"search": {"assets": 1_000_000, "fields": 1_000_000, "queries": 200}}
QUICK: Sizes = {"search": {"assets": 100_000, "fields": 100_000, "queries": 200}}

if __name__ == "__main__":
    raise SystemExit(run("catalog", __doc__, full=FULL, quick=QUICK))
