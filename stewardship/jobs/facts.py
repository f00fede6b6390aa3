from dataclasses import dataclass

from accesscontrol.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class JobFact(Fact):
    object_type = "job"
    kind: str


@dataclass(frozen=True, kw_only=True)
class JobSubmitted(JobFact):
    name = "jobs.submitted"
    job_id: int


@dataclass(frozen=True, kw_only=True)
class JobFinished(JobFact):
    name = "jobs.finished"
    state: str
    message: str


@dataclass(frozen=True, kw_only=True)
class JobCancelRequested(JobFact):
    name = "jobs.cancel_requested"


@dataclass(frozen=True, kw_only=True)
class JobRequeued(JobFact):
    """Its worker died or never came; the sweeper rings again."""

    name = "jobs.requeued"
    job_id: int
    attempt: int
