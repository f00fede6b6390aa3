"""The pages of this floor."""

from django.urls import include, path

from stewardship.approvals.views import inbox

urlpatterns = [
    path("access/campaigns/", include("stewardship.recertification.urls")),
    path("access/", include("stewardship.accessrequests.urls")),
    path("access/", include("stewardship.simulations.urls")),
    path("access/", include("stewardship.coverage.urls")),
    path("jobs/", include("stewardship.jobs.urls")),
    path("notices/", include("stewardship.notices.urls")),
    path("inbox/", inbox, name="inbox"),
    path("inbox/proposals/", include("stewardship.approvals.urls")),
]
