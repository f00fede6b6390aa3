"""What models and deployments are called in the catalog and in the lineage graph. Knows no Django."""

from catalog.assets.names import AssetName

NAMESPACE = "ml://govportal"


def model_asset(name: str, version: str) -> AssetName:
    """One version of a model: `churn/1.0`."""
    return AssetName("model", NAMESPACE, f"{name}/{version}")


def deployment_asset(name: str, version: str, environment: str) -> AssetName:
    """One version of a model at work in one environment: `churn/1.0@production`."""
    return AssetName("deployment", NAMESPACE, f"{name}/{version}@{environment}")


def training_job(name: str) -> AssetName:
    """The work of training a model, whichever version: `train/churn`."""
    return AssetName("job", NAMESPACE, f"train/{name}")
