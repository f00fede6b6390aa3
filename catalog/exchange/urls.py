from django.urls import path

from catalog.exchange import views

# /catalog/exchange/
urlpatterns = [
    path("", views.exchange, name="exchange"),
    path("export/", views.export, name="export"),
    path("imports/<uuid:code>/", views.show, name="import"),
    path("imports/<uuid:code>/start/", views.start, name="start"),
    path("imports/<uuid:code>/discard/", views.discard, name="discard"),
    path("imports/<uuid:code>/report/", views.report, name="report"),
]
