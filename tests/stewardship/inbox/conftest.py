import pytest

from tests.stewardship.approvals.people import Company


@pytest.fixture
def company(db):
    return Company()
