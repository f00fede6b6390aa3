from django.urls import path

from accesscontrol.policysets import views

app_name = "policysets"

# /access/
urlpatterns = [
    path("policies/new/", views.new_policy, name="new_policy"),
    path("policies/<uuid:code>/edit/", views.edit_policy, name="edit_policy"),
    path("policies/<uuid:code>/remove/", views.remove_policy, name="remove_policy"),
    path("changes/", views.sets, name="list"),
    path("changes/import/", views.take_in, name="import"),
    path("changes/<uuid:code>/", views.policy_set, name="set"),
    path("changes/<uuid:code>/export/", views.export, name="export"),
    path("changes/<uuid:code>/policy/", views.edit_in_set, name="edit"),
    path("changes/<uuid:code>/drop/", views.drop, name="drop"),
    path("changes/<uuid:code>/copy/", views.start_from, name="start_from"),
    path("changes/<uuid:code>/update/", views.rebase, name="rebase"),
    path("changes/<uuid:code>/submit/", views.submit, name="submit"),
    path("changes/<uuid:code>/withdraw/", views.withdraw, name="withdraw"),
    path("changes/<uuid:code>/approve/", views.approve, name="approve"),
    path("changes/<uuid:code>/reject/", views.reject, name="reject"),
    path("changes/<uuid:code>/activate/", views.activate, name="activate"),
    path("changes/<uuid:code>/roll-back/", views.roll_back, name="roll_back"),
]
