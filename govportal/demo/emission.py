"""Tells the portal what a job does, by OpenLineage events through the official client."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, OutputDataset, Run, RunEvent, RunState
from openlineage.client.event_v2 import Job as EventJob
from openlineage.client.facet_v2 import (
    DatasetFacet,
    JobFacet,
    OutputDatasetFacet,
    RunFacet,
    column_lineage_dataset,
    dataset_type_dataset,
    documentation_job,
    error_message_run,
    job_type_job,
    output_statistics_output_dataset,
    parent_run,
    processing_engine_run,
    schema_dataset,
    sql_job,
)
from openlineage.client.transport.http import (
    ApiKeyTokenProvider,
    HttpCompression,
    HttpConfig,
    HttpTransport,
)
from openlineage.client.uuid import generate_new_uuid

from govportal.demo.jobs import ColumnPath, Job, TableName

JOB_NAMESPACE = "demo"
PIPELINE = "nightly"
DASHBOARDS = "dashboard"  # namespace of what is shown on a screen and stored nowhere
PRODUCER = "https://example.org/govportal/demo"
INTEGRATION = "GOVPORTAL_DEMO"
KINDS = {  # our word -> subtype, masking
    "identity": ("IDENTITY", False),
    "transformed": ("TRANSFORMATION", False),
    "aggregated": ("AGGREGATION", False),
    "masked": ("TRANSFORMATION", True),
}


class Column(NamedTuple):
    """One column as the database describes it."""

    name: str
    type: str
    comment: str | None


class Written(NamedTuple):
    """What a job wrote: rows, and bytes on disk where there is a table."""

    rows: int
    size: int | None


@dataclass(frozen=True)
class Pipeline:
    """One run of the whole pipeline: the parent of its jobs' runs."""

    run_id: str


@dataclass(frozen=True)
class Step:
    """One run of one job."""

    run_id: str
    job: Job
    sql: str
    pipeline: Pipeline


class Reporter:
    """Sends events about pipelines and steps; raises requests.RequestException where the portal refuses."""

    def __init__(
        self, portal_url: str, token: str, authority: str, engine: str, columns: dict[TableName, list[Column]]
    ):
        self.namespace = f"postgres://{authority}"
        self.engine = engine
        self.columns = columns
        self.client = OpenLineageClient(
            transport=HttpTransport(
                HttpConfig(
                    url=portal_url,
                    endpoint="api/v1/lineage",
                    auth=ApiKeyTokenProvider({"apiKey": token}),
                    compression=HttpCompression.GZIP,
                    timeout=30.0,
                )
            )
        )

    def close(self) -> None:
        self.client.close()

    def pipeline_started(self) -> Pipeline:
        pipeline = Pipeline(str(generate_new_uuid()))
        self.tell_pipeline(pipeline, RunState.START, {})
        return pipeline

    def pipeline_completed(self, pipeline: Pipeline) -> None:
        self.tell_pipeline(pipeline, RunState.COMPLETE, {})

    def pipeline_failed(self, pipeline: Pipeline, message: str) -> None:
        self.tell_pipeline(pipeline, RunState.FAIL, failure(message, "PYTHON"))

    def step_started(self, pipeline: Pipeline, job: Job, sql: str) -> Step:
        step = Step(str(generate_new_uuid()), job, sql, pipeline)
        self.tell_step(step, RunState.START, {}, None)
        return step

    def step_completed(self, step: Step, written: Written) -> None:
        self.tell_step(step, RunState.COMPLETE, {}, written)

    def step_failed(self, step: Step, message: str) -> None:
        self.tell_step(step, RunState.FAIL, failure(message, "SQL"), None)

    def tell_pipeline(self, pipeline: Pipeline, state: RunState, facets: dict[str, RunFacet]) -> None:
        about = "Fills the warehouse from the shop and the clinic, up to the training set and the dashboard."
        job = EventJob(JOB_NAMESPACE, PIPELINE, facets=job_facets(about, "DAG"))
        self.emit(state, Run(pipeline.run_id, facets=facets), job, [], [])

    def tell_step(
        self, step: Step, state: RunState, facets: dict[str, RunFacet], written: Written | None
    ) -> None:
        run_facets: dict[str, RunFacet] = {
            "parent": parent_run.ParentRunFacet(
                run=parent_run.Run(step.pipeline.run_id), job=parent_run.Job(JOB_NAMESPACE, PIPELINE)
            ),
            "processing_engine": processing_engine_run.ProcessingEngineRunFacet(
                version=self.engine, name="PostgreSQL"
            ),
            **facets,
        }
        about = job_facets(step.job.about, "DASHBOARD" if step.job.dashboard else "TASK")
        about["sql"] = sql_job.SQLJobFacet(query=step.sql, dialect="postgres")
        job = EventJob(JOB_NAMESPACE, f"{PIPELINE}.{step.job.name}", facets=about)
        inputs = [self.input(table) for table in step.job.inputs]
        self.emit(state, Run(step.run_id, facets=run_facets), job, inputs, self.outputs(step.job, written))

    def emit(
        self,
        state: RunState,
        run: Run,
        job: EventJob,
        inputs: list[InputDataset],
        outputs: list[OutputDataset],
    ) -> None:
        self.client.emit(
            RunEvent(
                eventTime=datetime.now(UTC).isoformat(),
                producer=PRODUCER,
                eventType=state,
                run=run,
                job=job,
                inputs=inputs,
                outputs=outputs,
            )
        )

    def input(self, table: TableName) -> InputDataset:
        return InputDataset(self.namespace, str(table), facets={"schema": self.schema(table)})

    def outputs(self, job: Job, written: Written | None) -> list[OutputDataset]:
        statistics = output_facets(written)
        if job.output is None:
            return [
                OutputDataset(
                    DASHBOARDS,
                    job.dashboard or job.name,
                    facets={"datasetType": dataset_type_dataset.DatasetTypeDatasetFacet("DASHBOARD")},
                    outputFacets=statistics,
                )
            ]
        facets: dict[str, DatasetFacet] = {
            "schema": self.schema(job.output),
            "columnLineage": self.column_lineage(job.columns),
        }
        return [OutputDataset(self.namespace, str(job.output), facets=facets, outputFacets=statistics)]

    def schema(self, table: TableName) -> schema_dataset.SchemaDatasetFacet:
        return schema_dataset.SchemaDatasetFacet(
            fields=[
                schema_dataset.SchemaDatasetFacetFields(
                    name=column.name, type=column.type, description=column.comment, ordinal_position=position
                )
                for position, column in enumerate(self.columns[table], start=1)
            ]
        )

    def column_lineage(self, paths: Iterable[ColumnPath]) -> column_lineage_dataset.ColumnLineageDatasetFacet:
        sources: dict[str, list[column_lineage_dataset.InputField]] = {}
        for path in paths:
            sources.setdefault(path.target, []).append(self.input_field(path))
        return column_lineage_dataset.ColumnLineageDatasetFacet(
            fields={target: column_lineage_dataset.Fields(found) for target, found in sources.items()}
        )

    def input_field(self, path: ColumnPath) -> column_lineage_dataset.InputField:
        subtype, masking = KINDS[path.kind]
        change = column_lineage_dataset.Transformation(type="DIRECT", subtype=subtype, masking=masking)
        return column_lineage_dataset.InputField(self.namespace, str(path.source), path.column, [change])


def job_facets(about: str, kind: str) -> dict[str, JobFacet]:
    return {
        "documentation": documentation_job.DocumentationJobFacet(description=about),
        "jobType": job_type_job.JobTypeJobFacet(
            processingType="BATCH", integration=INTEGRATION, jobType=kind
        ),
    }


def output_facets(written: Written | None) -> dict[str, OutputDatasetFacet]:
    if written is None:
        return {}
    return {
        "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
            rowCount=written.rows, size=written.size
        )
    }


def failure(message: str, language: str) -> dict[str, RunFacet]:
    return {
        "errorMessage": error_message_run.ErrorMessageRunFacet(message=message, programmingLanguage=language)
    }
