from django.urls import path

from stewardship.coverage import views

app_name = "coverage"

# /access/
urlpatterns = [
    path("coverage/", views.report, name="report"),
    path("coverage/measure/", views.measure, name="measure"),
]
