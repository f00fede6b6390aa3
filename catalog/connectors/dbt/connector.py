"""A dbt project as a governed source: it holds no data, it describes what a warehouse holds."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import NoReturn

from catalog.connectors.dbt.artifacts import Artifact, Broken, load
from catalog.connectors.dbt.listing import Relation
from catalog.connectors.dbt.project import Project
from catalog.connectors.dbt.settings import FIELDS, NAMESPACES, DbtSettings, problems
from catalog.connectors.errors import ConnectorError
from catalog.connectors.metadata import SchemaFacts, Scope, Snapshot, TableRef, dotted
from catalog.connectors.protocol import (
    Capability,
    Check,
    Connector,
    Driver,
    Measure,
    Progress,
    Rows,
    ServerFacts,
    Where,
    quiet,
)

MANIFEST, CATALOG, RUN_RESULTS = "manifest.json", "catalog.json", "run_results.json"
STEPS = 2
REMEDIES = {CATALOG: "dbt docs generate", RUN_RESULTS: "dbt build"}


class DbtConnector:
    """Reads the files anew at every call."""

    capabilities = frozenset(
        {Capability.SNAPSHOT, Capability.CONSTRAINTS, Capability.VIEW_SQL, Capability.PROBE}
    )

    def __init__(self, settings: DbtSettings) -> None:
        self.settings = settings

    @property
    def namespace(self) -> str:
        """That of the warehouse."""
        return self.settings.namespace

    def dataset_name(self, table: TableRef) -> str:
        """`database.schema.alias`; a part that holds a dot is quoted, or two tables could share a name."""
        return dotted(*filter(None, (table.database, table.schema, table.name)))

    def covers(self, table: TableRef) -> bool:
        """Whether the settings ask for this table."""
        return self.settings.wanted(table.schema or table.database, table.name)

    def test(self) -> ServerFacts:
        """Read the artifacts; only the manifest must be there."""
        with self._reading():
            manifest = self._manifest()
            project = Project(manifest)
            adapter = manifest.metadata.text("adapter_type")
            databases = tuple(sorted({project.refs[each].database for each in project.relations}))
            name = manifest.metadata.text("project_name")
            said = f"Project “{name}” of {manifest.told} {len(project.relations)} relations."
        checks = [Check(MANIFEST, True, said), self._whose(adapter), self._optional(CATALOG)]
        checks += [self._optional(each) for each in self.settings.run_results or (RUN_RESULTS,)]
        version = manifest.metadata.text("dbt_version")
        return ServerFacts(f"dbt {version} for {adapter}", version, "", databases, checks=tuple(checks))

    def probe(self) -> Mapping[str, str]:
        """A hash of the files' bytes, the same for every database."""
        with self._reading():
            project = self._project()
            files = (project.manifest, project.catalog, *project.run_results)
            digest = sha256("".join(each.digest if each else "-" for each in files).encode()).hexdigest()
            return {project.refs[each].database: digest for each in project.relations}

    def snapshot(self, progress: Progress = quiet, only: Collection[TableRef] | None = None) -> Snapshot:
        """Everything that the project makes or reads."""
        progress(0, STEPS, "reading the artifacts")
        with self._reading():
            project = self._project()
            progress(1, STEPS, f"{len(project.relations)} relations")
            every = {each: project.refs[each] for each in project.relations}
            tables = tuple(
                Relation(project, each).facts()
                for each, ref in every.items()
                if self.covers(ref) and (only is None or ref in only)
            )
            unproven = unreadable(project.catalog)
            version = f"dbt {project.manifest.metadata.text('dbt_version')}"
        schemas = sorted({(each.database, each.schema) for each in every.values() if each.schema})
        databases = sorted({each.database for each in every.values()})
        progress(STEPS, STEPS, f"{len(tables)} tables and views")
        return Snapshot(
            namespace=self.namespace,
            server_version=version,
            scopes=tuple(Scope(each, unproven=unproven) for each in databases),
            schemas=tuple(SchemaFacts(*each) for each in schemas),
            tables=tables,
        )

    def _project(self) -> Project:
        results = self.settings.run_results
        catalog = self._artifact(CATALOG, required=bool(self.settings.catalog))
        found = [self._artifact(each, required=bool(results)) for each in results or (RUN_RESULTS,)]
        return Project(self._manifest(), catalog, tuple(filter(None, found)))

    def _manifest(self) -> Artifact:
        return load(self.settings.file(MANIFEST, "path"), "manifest", "path")

    def _artifact(self, name: str, required: bool) -> Artifact | None:
        """One of the other files; None where it is not there and nobody asked for it."""
        kind, setting = ("catalog", "catalog") if name == CATALOG else ("run-results", "run_results")
        path = self.settings.file((self.settings.catalog or name) if name == CATALOG else name, setting)
        try:
            return load(path, kind, setting)
        except ConnectorError as error:
            if error.kind == "missing" and not required:
                return None
            raise

    def _optional(self, name: str) -> Check:
        """Whether one of the other files can be read."""
        try:
            found = self._artifact(name, required=True)
        except ConnectorError as error:
            return Check(name, False, error.message, REMEDIES.get(name, REMEDIES[RUN_RESULTS]), needed=False)
        with self._reading():
            said = found.told if found else ""
        return Check(name, True, said, needed=False)

    def _whose(self, adapter: str) -> Check:
        """Whether the namespace is one of the warehouse that the project was built for."""
        usual = NAMESPACES.get(adapter, "")
        fits = not usual or self.namespace.partition(":")[0] == usual.partition(":")[0]
        said = f"The project was built for {adapter}, whose namespaces look like {usual}."
        return Check("namespace", fits, "" if fits else said, "" if fits else usual, needed=False)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """What is not as dbt writes it leaves as ConnectorError."""
        try:
            yield
        except Broken as error:
            raise ConnectorError(
                f"The artifacts are not what dbt writes: {error}.", "config", "path"
            ) from None

    def rows(
        self,
        query: str,
        params: Mapping[str, object] | None = None,
        *,
        database: str | None = None,
        limit: int = 1000,
    ) -> Rows:
        """Refused: there is no data."""
        no_data()

    def scalar(
        self, query: str, params: Mapping[str, object] | None = None, *, database: str | None = None
    ) -> object:
        """Refused: there is no data."""
        no_data()

    def count_where(self, table: TableRef, where: Iterable[Where] = ()) -> int:
        """Refused: there is no data."""
        no_data()

    def aggregate(self, table: TableRef, measures: Sequence[Measure]) -> dict[str, object]:
        """Refused: there is no data."""
        no_data()

    def select(
        self, table: TableRef, columns: Sequence[str], where: Iterable[Where] = (), limit: int = 1000
    ) -> Rows:
        """Refused: there is no data."""
        no_data()

    def sample(self, table: TableRef, columns: Sequence[str], limit: int = 100) -> Rows:
        """Refused: there is no data."""
        no_data()


def no_data() -> NoReturn:
    """What a question for data is answered with."""
    raise ConnectorError("dbt describes data and holds none: ask the source that holds the table.", "query")


def unreadable(catalog: Artifact | None) -> str:
    """Why the catalogue of the warehouse may not be whole."""
    if catalog is None or not catalog.top.content.get("errors"):
        return ""
    return "dbt could not read the whole warehouse when it wrote catalog.json."


def connect(settings: Mapping[str, object], secret: str) -> Connector:
    """A connector for checked settings; there is no secret."""
    return DbtConnector(DbtSettings.parse(settings))


DRIVER = Driver(
    "dbt artifacts",
    FIELDS,
    problems,
    connect,
    secret="",
    leads_to=(),
    about="A dbt project: its models, tests and descriptions, from the files that dbt writes.",
)
