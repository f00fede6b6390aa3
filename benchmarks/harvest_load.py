"""Very many assets through the path of a harvest: from a listing in memory to committed rows.

The listing stands for a source of any kind; everything behind it is what a harvest runs.
"""

from collections.abc import Callable
from unittest.mock import patch

from benchmarks.harness import Benchmark, seconds
from catalog.assets.models import Asset
from catalog.connectors.metadata import ColumnFacts, SchemaFacts, Scope, Snapshot, TableFacts, TableRef
from catalog.connectors.protocol import Capability, Progress, quiet
from catalog.domains.models import Domain
from catalog.harvest import services
from catalog.history.models import SchemaVersion
from catalog.sources.models import Source

NAMESPACE = "postgres://load.bench:5432"
COLUMNS = tuple(ColumnFacts(f"column_{at}", "integer", at, nullable=True) for at in range(1, 6))


class Listing:
    """One database of `tables` tables of five columns."""

    capabilities: frozenset[Capability] = frozenset()
    namespace = NAMESPACE

    def __init__(self, number: int, tables: int) -> None:
        self.database = f"db{number}"
        self.tables = tables

    def dataset_name(self, table: TableRef) -> str:
        return f"{table.database}.{table.schema}.{table.name}"

    def covers(self, table: TableRef) -> bool:
        return True

    def snapshot(self, progress: Progress = quiet) -> Snapshot:
        tables = tuple(self._table(at) for at in range(self.tables))
        schemas = (SchemaFacts(self.database, "public"),)
        return Snapshot(NAMESPACE, "18", (Scope(self.database),), schemas, tables)

    def _table(self, at: int) -> TableFacts:
        comment = f"Number {at} of very many"
        return TableFacts(
            self.database, "public", f"t{at}", "table", COLUMNS, comment=comment, row_estimate=at
        )


def measure(bench: Benchmark, *, assets: int, at_once: int) -> None:
    """Harvest databases of `at_once` tables until there are `assets` of them."""
    domain = Domain.objects.create(name="Bench", slug="bench")
    source = Source.objects.create(name="Load", kind="postgresql", namespace=NAMESPACE, domain=domain)
    rounds = [seconds(load(source, number, at_once)) for number in range(assets // at_once)]
    if Asset.objects.filter(kind="table").count() != assets or SchemaVersion.objects.count() < assets:
        raise SystemExit("Not everything was loaded.")
    bench.bar("load: assets", assets / sum(rounds), "per s", bar=1000, better="higher")
    bench.bar("load: the last round, as a multiple of the first", rounds[-1] / rounds[0], "×", bar=3)


def load(source: Source, number: int, tables: int) -> Callable[[], object]:
    """A harvest of database `number`."""

    def run() -> None:
        with patch.object(services, "open_source", lambda source: Listing(number, tables)):
            services.harvest_source(source=source, order=services.Order("bench"))

    return run
