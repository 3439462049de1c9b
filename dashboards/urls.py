from django.urls import path

from dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("banding-publikasi/", views.publication_comparison, name="publication-comparison"),
    path("diagram/<slug:table>.json", views.breakdown_chart, name="breakdown-chart"),
    path("tabel/<slug:table>.csv", views.breakdown_csv, name="breakdown-csv"),
]
