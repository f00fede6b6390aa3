from django.urls import path

from catalog.enforcement import views

# /sources/<code>/enforcement/
urlpatterns = [
    path("", views.enforcement, name="enforcement"),
    path("set-up/", views.set_up, name="enforcement-set-up"),
    path("roles/add/", views.add_mapping, name="enforcement-map"),
    path("roles/<uuid:mapping>/remove/", views.remove_mapping, name="enforcement-unmap"),
    path("rows/add/", views.add_rule, name="enforcement-rule"),
    path("rows/<uuid:rule>/remove/", views.remove_rule, name="enforcement-unrule"),
    path("verify/", views.verify, name="enforcement-verify"),
    path("drift/", views.drift, name="enforcement-drift"),
    path("text/<slug:kind>/", views.text, name="enforcement-text"),
    path("plans/", views.make_plan, name="enforcement-plans"),
    path("plans/<int:number>/", views.plan, name="enforcement-plan"),
    path("plans/<int:number>/ask/", views.ask_review, name="enforcement-ask"),
    path("plans/<int:number>/approve/", views.approve, name="enforcement-approve"),
    path("plans/<int:number>/apply/", views.apply, name="enforcement-apply"),
    path("plans/<int:number>/reverse/", views.reverse, name="enforcement-reverse"),
]
