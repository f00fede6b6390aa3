"""A dbt project as its artifacts tell it: relations, what they read, their tests and last runs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from catalog.connectors.dbt.artifacts import Artifact, Broken, Piece
from catalog.connectors.metadata import TableRef

RANKS = ("model", "snapshot", "seed", "source")
"""What makes or names relations; where two speak of one relation, the first wins."""
RUNNING = {"run", "build", "seed", "snapshot", "retry", "test"}
"""The commands whose results tell of data; others (compile, docs generate) write results too."""
LONGEST_NAME = 255  # letters


@dataclass(frozen=True)
class Result:
    """How the last run of a model, or of a test, ended."""

    status: str
    at: datetime | None
    seconds: float | None
    failures: int | None

    def said(self) -> dict[str, object]:
        """As JSON. The message stays behind: a database puts values into it."""
        given = {
            "status": self.status,
            "at": self.at.isoformat() if self.at else None,
            "seconds": self.seconds,
            "failures": self.failures,
        }
        return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True)
class Project:
    """The manifest, and what the other artifacts add to it."""

    manifest: Artifact
    catalog: Artifact | None = None
    run_results: tuple[Artifact, ...] = ()

    @cached_property
    def nodes(self) -> dict[str, Piece]:
        """Everything that has a unique id: nodes and sources."""
        top = self.manifest.top
        return {**top.pieces("nodes"), **top.pieces("sources")}

    @cached_property
    def relations(self) -> dict[str, Piece]:
        """The nodes that are relations of the warehouse, each relation once."""
        found: dict[TableRef, str] = {}
        for unique_id, node in sorted(self.nodes.items(), key=lambda each: (rank(each[1]), each[0])):
            if is_relation(node):
                found.setdefault(ref_of(node), unique_id)
        return {found[ref]: self.nodes[found[ref]] for ref in sorted(found)}

    @cached_property
    def refs(self) -> dict[str, TableRef]:
        """The relation of every node that is or names one."""
        return {unique_id: ref_of(node) for unique_id, node in self.nodes.items() if is_relation(node)}

    @cached_property
    def by_written_name(self) -> dict[str, TableRef]:
        """Relations by the name that dbt writes into SQL."""
        written = {self.nodes[each].text("relation_name"): ref for each, ref in self.refs.items()}
        return {name: ref for name, ref in written.items() if name}

    @cached_property
    def described(self) -> dict[str, Piece]:
        """What the warehouse said about relations, by unique id."""
        if self.catalog is None:
            return {}
        return {**self.catalog.top.pieces("nodes"), **self.catalog.top.pieces("sources")}

    @cached_property
    def results(self) -> dict[str, Result]:
        """The newest result of every node and test that ran."""
        found: dict[str, Result] = {}
        for each in sorted(self.run_results, key=lambda each: each.metadata.text("generated_at")):
            if each.top.piece("args").text("which") in RUNNING:
                found.update(results_of(each))
        return found

    @cached_property
    def tests(self) -> Mapping[str, list[Piece]]:
        """The tests of every relation, by its unique id."""
        found: dict[str, list[Piece]] = {}
        for _, node in sorted(self.nodes.items()):
            if node.text("resource_type") == "test":
                for unique_id in self.tested(node):
                    found.setdefault(unique_id, []).append(node)
        return found

    def tested(self, test: Piece) -> list[str]:
        """What a test is about: what it is attached to, what its model names, or else all that it reads."""
        read = test.piece("depends_on").texts("nodes")
        model = test.piece("test_metadata").piece("kwargs").content.get("model")
        named = [
            each for each in read if each in self.nodes and f"'{self.nodes[each].text('name')}'" in str(model)
        ]
        attached = test.text("attached_node")
        return [attached] if attached else named or read

    def read_by(self, node: Piece) -> tuple[TableRef, ...]:
        """The relations that a node reads, directly or through models that are none themselves."""
        found: set[TableRef] = set()
        seen: set[str] = set()
        waiting = node.piece("depends_on").texts("nodes")
        while waiting:
            unique_id = waiting.pop()
            if unique_id in seen or unique_id not in self.nodes:
                continue
            seen.add(unique_id)
            if unique_id in self.refs:
                found.add(self.refs[unique_id])
            else:
                waiting += self.nodes[unique_id].piece("depends_on").texts("nodes")
        return tuple(sorted(found))


def rank(node: Piece) -> int:
    """Where the node stands among those that speak of one relation."""
    kind = node.text("resource_type")
    return RANKS.index(kind) if kind in RANKS else len(RANKS)


def is_relation(node: Piece) -> bool:
    """Whether the warehouse holds it: ephemeral models, tests and analyses are only SQL."""
    config = node.piece("config")
    return (
        rank(node) < len(RANKS)
        and config.text("materialized") != "ephemeral"
        and config.content.get("enabled", True) is not False
    )


def ref_of(node: Piece) -> TableRef:
    """The relation's name. Where the warehouse knows no databases, the schema is one."""
    named = "identifier" if node.text("resource_type") == "source" else "alias"
    database, schema = node.text("database"), node.text("schema")
    name = node.text(named) or node.text("name")
    if not database:
        database, schema = schema, ""
    if not database or not name or max(map(len, (database, schema, name))) > LONGEST_NAME:
        raise Broken(f"{node.place} has no usable database, schema and name")
    return TableRef(database, schema, name)


def results_of(artifact: Artifact) -> Iterator[tuple[str, Result]]:
    """The results of one file, by unique id."""
    written = artifact.metadata.moment("generated_at")
    for each in artifact.top.listed("results"):
        failures = each.number("failures")
        yield (
            each.text("unique_id"),
            Result(
                status=each.text("status"),
                at=completed(each.listed("timing")) or written,
                seconds=each.number("execution_time"),
                failures=None if failures is None else int(failures),
            ),
        )


def completed(timing: Iterable[Piece]) -> datetime | None:
    """When the last step ended."""
    return max(filter(None, (each.moment("completed_at") for each in timing)), default=None)
