"""Every table of this floor, so that Django finds them."""

from compliance.consent.models import ConsentRecord
from compliance.requests.models import RequestStep, SubjectRequest

__all__ = ["ConsentRecord", "RequestStep", "SubjectRequest"]
