from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import CheckConstraint, Q
from django.urls import reverse

from accesscontrol.policy.querysets import ByRole, GuardedQuerySet
from accesscontrol.policysets.models import PolicySet
from stewardship.jobs.models import Job

SIMULATE = "access.simulate"


class SimulationQuerySet(GuardedQuerySet["Simulation"]):
    def of(self, proposed: str, against: str) -> Self:
        """Those of these two lists of policies."""
        return self.filter(digest=proposed, against=against)

    def of_set(self, policy_set: PolicySet) -> Self:
        return self.filter(policy_set=policy_set)

    def finished(self) -> Self:
        return self.filter(result__isnull=False)

    def for_list(self) -> Self:
        return self.select_related("policy_set", "job").defer("documents", "result")


class Simulation(models.Model):
    """What a proposed list of policies would change, worked out by a job against those in force then."""

    code = models.UUIDField(default=uuid4, unique=True, editable=False)
    actor = models.CharField(max_length=150)
    policy_set = models.ForeignKey(PolicySet, models.PROTECT, null=True, blank=True, related_name="+")
    documents = models.JSONField()
    digest = models.CharField(max_length=64)  # of `documents`
    against = models.CharField(max_length=64)  # digest of the policies in force when it was asked for
    world = models.CharField(max_length=64, blank=True)  # of users, resources and grants when it ran
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    result = models.JSONField(null=True, blank=True)  # Delta.as_json
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = SimulationQuerySet.as_manager()
    guard = ByRole()

    class Meta:
        ordering = ["-id"]
        constraints = [
            CheckConstraint(
                condition=Q(result__isnull=True, finished_at__isnull=True)
                | Q(result__isnull=False, finished_at__isnull=False),
                name="simulation_finished_with_a_result",
            ),
        ]
        indexes = [models.Index(fields=["digest", "against"], name="simulation_of_policies")]

    def __str__(self) -> str:
        return f"Simulation of {self.policy_set or 'proposed policies'}"

    def get_absolute_url(self) -> str:
        return reverse("simulations:simulation", args=[self.code])

    @property
    def subject(self) -> str:
        return f"simulation:{self.code}"

    @property
    def state(self) -> str:
        """The state of its job; a result outlives the job."""
        if self.result is not None:
            return Job.State.SUCCEEDED
        return self.job.state if self.job else Job.State.FAILED
