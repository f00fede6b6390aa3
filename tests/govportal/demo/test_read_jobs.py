"""What jobs.yaml says of the SQL is checked against the SQL itself, by another reader."""

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage

from govportal.demo.jobs import Job, TableName, load_jobs
from tests.govportal.demo.built import Company

JOBS = load_jobs()
UNSEEN = {  # what sqlglot does not follow: a column inside EXISTS
    "ml.training_set": {("churned", TableName("warehouse", "core", "fct_order"), "ordered_on")},
}


def by_name(job: Job) -> str:
    return job.name


def statement(job: Job) -> exp.Expr:
    """The statement that writes, or the query."""
    parsed = sqlglot.parse(job.sql, dialect="postgres")
    return [each for each in parsed if each is not None][-1]


def query(job: Job) -> exp.Expr:
    found = statement(job)
    return found.expression if isinstance(found, exp.Insert) else found


def full_name(job: Job, table: exp.Table) -> TableName:
    database = job.inputs[0].database if job.query else "warehouse"
    return TableName(database, table.db, table.name)


def tables_read(job: Job) -> set[TableName]:
    found = query(job)
    names = {cte.alias for cte in found.find_all(exp.CTE)}
    return {full_name(job, table) for table in found.find_all(exp.Table) if table.name not in names}


@pytest.mark.parametrize("job", JOBS, ids=by_name)
def test_the_inputs_are_the_tables_that_the_query_reads(job: Job) -> None:
    assert set(job.inputs) == tables_read(job)


@pytest.mark.parametrize("job", [job for job in JOBS if job.file and job.output], ids=by_name)
def test_the_output_is_the_table_that_the_statement_writes(job: Job) -> None:
    found = statement(job)

    assert isinstance(found, exp.Insert)
    assert [full_name(job, table) for table in found.this.find_all(exp.Table)] == [job.output]


def aliased(job: Job, company: Company) -> exp.Select:
    """The query with its output columns called as those of the table."""
    select = query(job).copy()
    assert isinstance(select, exp.Select)
    found = statement(job).find(exp.Schema) if job.file else None
    names = [column.name for column in found.expressions] if found else select.named_selects
    expressions = [
        exp.alias_(each.unalias(), name) for each, name in zip(select.expressions, names, strict=True)
    ]
    select.set("expressions", expressions)
    return select


def schema_of(job: Job, company: Company) -> dict[str, dict[str, dict[str, str]]]:
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for table in job.inputs:
        rows = company.ask(
            table.database,
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0",
            f"{table.schema}.{table.table}",
        )
        schema.setdefault(table.schema, {})[table.table] = dict(rows)
    return schema


def sources(job: Job, company: Company) -> set[tuple[str, TableName, str]]:
    """Pairs of target column and source column, as sqlglot sees them."""
    select, schema = aliased(job, company), schema_of(job, company)
    return {
        (target, full_name(job, node.expression), node.name.rpartition(".")[2])
        for target in select.named_selects
        for node in lineage(target, select, schema=schema, dialect="postgres").walk()
        if isinstance(node.expression, exp.Table)
    }


@pytest.mark.parametrize("job", [job for job in JOBS if job.output], ids=by_name)
def test_declared_columns_are_those_of_the_query(job: Job, company: Company) -> None:
    declared = {(path.target, path.source, path.column) for path in job.columns}

    assert declared == sources(job, company) | UNSEEN.get(job.name, set())
