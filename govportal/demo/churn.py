"""A small real model: who will order again? Logistic regression, trained by gradient descent."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul
from typing import NamedTuple

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from govportal.demo.server import WAREHOUSE, connect

NAME, VERSION = "churn", "1.0.0"
FEATURES = (
    "tenure_days",
    "recency_days",
    "orders_total",
    "orders_180d",
    "revenue_total",
    "late_orders",
    "tickets",
    "newsletter",
    "clinic_visits_365d",
)
TARGET = "churned"
TRAINING_SET = "warehouse.ml.training_set"
FEATURE_TABLE = "warehouse.ml.features"


class Example(NamedTuple):
    """One customer on one day, with the answer where it is known."""

    customer_id: int
    values: tuple[float, ...]
    churned: bool | None


@dataclass(frozen=True)
class Settings:
    """Hyperparameters; `seed` only shuffles."""

    epochs: int = 40
    batch: int = 32
    learning_rate: float = 0.05
    l2: float = 0.001
    seed: int = 7


@dataclass(frozen=True)
class Model:
    """Weights over standardised log features."""

    weights: tuple[float, ...]
    bias: float
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def probability(self, values: Sequence[float]) -> float:
        """Chance that the customer does not order in the next 90 days."""
        return logistic(self.bias + sum(map(mul, self.weights, self.prepare(values))))

    def prepare(self, values: Sequence[float]) -> list[float]:
        return [
            (math.log1p(value) - mean) / scale
            for value, mean, scale in zip(values, self.means, self.scales, strict=True)
        ]


class Prediction(NamedTuple):
    """What the model says about a customer today, and from which values."""

    customer_id: int
    features: dict[str, float]
    probability: float


@dataclass(frozen=True)
class Training:
    """All that a model registry wants to know of one training run."""

    model: Model
    settings: Settings
    metrics: dict[str, float]
    predictions: list[Prediction]


def train_churn_model(server_url: str, settings: Settings | None = None) -> Training:
    """Read ml.training_set, train, judge on the held-out quarter, and score 20 of today's customers."""
    chosen = settings or Settings()
    with connect(server_url, WAREHOUSE) as warehouse:
        train = read_examples(warehouse, "train")
        test = read_examples(warehouse, "test")
        today = read_today(warehouse)
    model = fit(train, chosen)
    metrics = {**evaluate(model, test), "train_rows": float(len(train)), "test_rows": float(len(test))}
    return Training(model, chosen, metrics, [predict(model, example) for example in today[:20]])


def read_examples(warehouse: Connection[TupleRow], split: str) -> list[Example]:
    query = sql.SQL(
        "SELECT customer_id, churned, {} FROM ml.training_set WHERE split = %s ORDER BY customer_id"
    )
    rows = warehouse.execute(query.format(feature_list()), (split,)).fetchall()
    return [Example(customer, tuple(map(float, values)), churned) for customer, churned, *values in rows]


def read_today(warehouse: Connection[TupleRow]) -> list[Example]:
    """Customers as they are on the newest day of ml.features, by number."""
    query = sql.SQL(
        "SELECT customer_id, {} FROM ml.features WHERE as_of = (SELECT max(as_of) FROM ml.features)"
        " ORDER BY customer_id"
    )
    rows = warehouse.execute(query.format(feature_list())).fetchall()
    return [Example(customer, tuple(map(float, values)), None) for customer, *values in rows]


def feature_list() -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, FEATURES))


def fit(examples: Sequence[Example], settings: Settings) -> Model:
    """Mini-batch gradient descent; the same model for the same examples and settings."""
    means, scales = standard([[math.log1p(value) for value in example.values] for example in examples])
    blank = Model((0.0,) * len(means), 0.0, means, scales)
    rows = [(blank.prepare(example.values), float(bool(example.churned))) for example in examples]
    weights, bias = list(blank.weights), 0.0
    order = random.Random(settings.seed)  # noqa: S311  # shuffling, not secrecy
    for _ in range(settings.epochs):
        order.shuffle(rows)
        for start in range(0, len(rows), settings.batch):
            bias = descend(weights, bias, rows[start : start + settings.batch], settings)
    return Model(tuple(weights), bias, means, scales)


def descend(
    weights: list[float], bias: float, batch: Sequence[tuple[list[float], float]], settings: Settings
) -> float:
    """One step against the mean gradient of the batch; changes `weights` and returns the new bias."""
    errors = [logistic(bias + sum(map(mul, weights, values))) - truth for values, truth in batch]
    rate = settings.learning_rate
    for at, weight in enumerate(weights):
        slope = sum(error * values[at] for error, (values, _) in zip(errors, batch, strict=True)) / len(batch)
        weights[at] -= rate * (slope + settings.l2 * weight)
    return bias - rate * sum(errors) / len(batch)


def standard(rows: Sequence[Sequence[float]]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each column; a constant column keeps scale 1."""
    columns = list(zip(*rows, strict=True))
    means = tuple(sum(column) / len(column) for column in columns)
    spreads = (
        math.sqrt(sum((value - mean) ** 2 for value in column) / len(column))
        for column, mean in zip(columns, means, strict=True)
    )
    return means, tuple(spread or 1.0 for spread in spreads)


def logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def evaluate(model: Model, examples: Sequence[Example]) -> dict[str, float]:
    """Accuracy at one half, area under the ROC curve, and the share of the larger class to compare with."""
    scored = [(model.probability(example.values), bool(example.churned)) for example in examples]
    right = sum((score >= 0.5) == truth for score, truth in scored)
    churned = sum(truth for _, truth in scored)
    return {
        "accuracy": round(right / len(scored), 4),
        "auc": round(area(scored), 4),
        "baseline_accuracy": round(max(churned, len(scored) - churned) / len(scored), 4),
    }


def area(scored: Iterable[tuple[float, bool]]) -> float:
    """Chance that a churned customer scores above one who stayed; a tie counts half. 0.5 without both."""
    pairs = list(scored)
    gone = [score for score, truth in pairs if truth]
    stayed = [score for score, truth in pairs if not truth]
    if not gone or not stayed:
        return 0.5
    above = sum((a > b) + 0.5 * (a == b) for a in gone for b in stayed)
    return above / (len(gone) * len(stayed))


def predict(model: Model, example: Example) -> Prediction:
    features = dict(zip(FEATURES, example.values, strict=True))
    return Prediction(example.customer_id, features, round(model.probability(example.values), 4))
