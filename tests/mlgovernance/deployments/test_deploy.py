import pytest

from catalog.assets.models import Asset
from catalog.domains.models import Domain
from lineage.graph.models import Edge
from mlgovernance.deployments.models import Deployment
from mlgovernance.registry.services import register_model_version, review_model_version

THERE = {"model": "churn", "version": "1.0", "environment": "production", "endpoint": "https://churn.example"}


@pytest.fixture
def churn(mia):
    return register_model_version(name="churn", version="1.0", actor="mia")


def test_a_deployment_is_an_asset_behind_its_model(call, mia, churn):
    Asset.objects.filter(pk=churn.asset_id).update(
        sensitivity=2, domain=Domain.objects.create(slug="sales", name="Sales")
    )

    answer = call(mia, "post", "deployments/", THERE)

    asset = Asset.objects.get(kind="deployment")
    assert (answer.status_code, answer.json()["asset"]) == (201, str(asset.code))
    assert (asset.name, asset.sensitivity, asset.domain.slug) == ("churn/1.0@production", 2, "sales")
    edge = Edge.objects.get()
    assert (edge.source, edge.target, edge.kind) == (churn.asset, asset, "model")


def test_a_version_is_at_work_once_per_environment_until_it_is_retired(call, mia, churn):
    first = call(mia, "post", "deployments/", THERE).json()
    again = call(mia, "post", "deployments/", THERE)
    retired = call(mia, "patch", f"deployments/{first['code']}/", {"status": "retired"})
    later = call(mia, "post", "deployments/", THERE)

    assert [again.status_code, retired.status_code, later.status_code] == [409, 200, 201]
    assert sorted(Deployment.objects.values_list("status", flat=True)) == ["active", "retired"]
    assert later.json()["asset"] == first["asset"]


def test_a_rejected_model_is_not_deployed(call, mia, churn):
    review_model_version(model_version=churn, verdict="rejected", reason="Leaks", actor="otto")

    assert call(mia, "post", "deployments/", THERE).status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"version": "9"}, "version"),
        ({"environment": "A B"}, "environment"),
        ({"model": ""}, "model"),
    ],
)
def test_bad_input_names_its_field(call, mia, churn, changes, field):
    answer = call(mia, "post", "deployments/", {**THERE, **changes})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_hidden_model_cannot_be_deployed(call, mia, churn):
    Asset.objects.filter(pk=churn.asset_id).update(location="vault")

    assert call(mia, "post", "deployments/", THERE).status_code == 400


def test_a_deployment_retires_once(call, mia, churn):
    code = call(mia, "post", "deployments/", THERE).json()["code"]

    answers = [call(mia, "patch", f"deployments/{code}/", {"status": "retired"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
