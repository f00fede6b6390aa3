"""The pages of this floor."""

from django.urls import include, path

from stewardship.inbox.views import inbox

urlpatterns = [
    path("access/campaigns/", include("stewardship.recertification.urls")),
    path("access/", include("stewardship.accessrequests.urls")),
    path("access/", include("stewardship.simulations.urls")),
    path("access/", include("stewardship.coverage.urls")),
    path("announcements/", include("stewardship.announcements.urls")),
    path("discussions/", include("stewardship.discussions.urls")),
    path("following/", include("stewardship.following.urls")),
    path("jobs/", include("stewardship.jobs.urls")),
    path("notices/", include("stewardship.notices.urls")),
    path("inbox/", inbox, name="inbox"),
    path("inbox/", include("stewardship.inbox.urls")),
    path("inbox/proposals/", include("stewardship.approvals.urls")),
    path("inbox/chains/", include("stewardship.chains.urls")),
    path("account/deputies/", include("stewardship.delegations.urls")),
]
