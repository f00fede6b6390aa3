"""Tells the portal about a training, from the training script. Needs Python's standard library only.

    with training_run(
        "https://portal.example.org", token, model="churn", version="1.0",
        datasets=[("postgres://db:5432", "warehouse.ml.training_set")],
        hyperparameters={"depth": 6},
    ) as run:
        model = fit()
        run.log_metrics({"auc": 0.91})

The run is complete when the block ends, and failed, with the exception's name, when it raises.
An exception's message is not sent: it may quote data.
"""

import json
import platform
import ssl
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

TIMEOUT = 30  # seconds per call
Dataset = (
    tuple[str, str] | tuple[str, str, str]
)  # OpenLineage namespace, name; split: train, validation, test


class PortalError(Exception):
    """The portal could not be told; the message says why."""


class TrainingRun:
    """A run that the portal knows under `code`."""

    def __init__(self, portal: "Portal", code: str) -> None:
        self.code = code
        self._portal = portal
        self._path = f"training-runs/{code}/"

    def log_metrics(self, metrics: Mapping[str, float] | None = None, **more: float) -> None:
        """Add numbers; a name that is there gets the new number."""
        self._portal.call("PATCH", self._path, {"metrics": {**(metrics or {}), **more}})

    def finish(self, status: str, error: str = "") -> None:
        """End the run as "complete" or "failed"."""
        self._portal.call("PATCH", self._path, {"status": status, "error": error})


class Portal:
    """The portal's API under one token, which needs the scope "write"."""

    def __init__(self, url: str, token: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise PortalError(f"“{url}” is not the address of a portal: it begins with http:// or https://.")
        self.base = url.rstrip("/") + "/api/v1/"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send `body` as JSON and return the answer; raises PortalError."""
        try:
            data = json.dumps(body, allow_nan=False).encode()
        except (TypeError, ValueError) as error:
            raise PortalError(f"This cannot be written as JSON: {error}") from error
        # the scheme was checked to be http or https
        request = Request(self.base + path, data, self._headers, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=TIMEOUT, context=ssl.create_default_context()) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
                return found
        except HTTPError as error:
            raise PortalError(f"The portal answered {error.code}: {said(error)}") from error
        except (URLError, TimeoutError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise PortalError(f"The portal at {self.base} does not answer: {reason}") from error


def said(error: HTTPError) -> str:
    """What the portal's problem details say, each field with its own reason."""
    try:
        problem = json.load(error)
        reasons = [f"{each['field']}: {each['detail']}" for each in problem.get("errors", [])]
        return "; ".join(reasons) or str(problem["detail"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return str(error.reason)


@contextmanager
def training_run(
    url: str,
    token: str,
    *,
    model: str,
    version: str,
    datasets: Sequence[Dataset],
    hyperparameters: Mapping[str, Any] | None = None,
    environment: Mapping[str, Any] | None = None,
    code_version: str = "",
) -> Iterator[TrainingRun]:
    """Say that a training begins, and how it ended; raises PortalError when that cannot be said.

    When the block raises, its own exception goes on, also if the portal cannot be told any more.
    """
    portal = Portal(url, token)
    begun = {
        "model": model,
        "version": version,
        "datasets": [dict(zip(("namespace", "name", "split"), each, strict=False)) for each in datasets],
        "hyperparameters": dict(hyperparameters or {}),
        "environment": {**surroundings(), **(environment or {})},
        "code_version": code_version,
    }
    run = TrainingRun(portal, portal.call("POST", "training-runs/", begun)["code"])
    try:
        yield run
    except BaseException as error:
        try:
            run.finish("failed", type(error).__name__)
        except PortalError as untold:
            warnings.warn(str(untold), stacklevel=2)
        raise
    run.finish("complete")


def surroundings() -> dict[str, str]:
    """What the training runs on."""
    return {"python": platform.python_version(), "platform": platform.platform()}
