from django.urls import path

from quality.runs import views

# /quality/
urlpatterns = [
    path("", views.board, name="board"),
    path("rules/<uuid:code>/", views.rule, name="rule"),
    path("rules/<uuid:code>/evaluate/", views.evaluate_rule, name="evaluate"),
    path("assets/<uuid:code>/panel/", views.panel, name="panel"),
    path("assets/<uuid:code>/evaluate/", views.evaluate_asset, name="evaluate-asset"),
    path("jobs/<uuid:code>/", views.progress, name="progress"),
    path("violations/<uuid:code>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("violations/<uuid:code>/resolve/", views.resolve, name="resolve"),
]
