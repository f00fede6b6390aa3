from django.contrib import admin

from accesscontrol.backoffice import ReadOnlyAdmin
from compliance.consent.models import ConsentRecord
from compliance.requests.models import RequestStep, SubjectRequest


@admin.register(ConsentRecord)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ["subject", "purpose", "kind", "granted", "given_at", "revoked_at"]
    list_filter = ["kind", "granted"]
    search_fields = ["subject", "purpose"]


@admin.register(SubjectRequest)
class SubjectRequestAdmin(ReadOnlyAdmin):
    list_display = ["masked", "kind", "law", "state", "received_on", "due_on", "handled_by"]
    list_filter = ["state", "law"]
    search_fields = ["identifier"]
    exclude = ["package_token"]


@admin.register(RequestStep)
class RequestStepAdmin(ReadOnlyAdmin):
    list_display = ["request", "asset", "state", "rows"]
    list_filter = ["state"]
    search_fields = ["asset__name"]
