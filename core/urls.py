from django.urls import path

from core.views import audit, pages, sessions

app_name = "core"
urlpatterns = [
    path("", pages.home, name="home"),
    path("masuk/", sessions.login, name="login"),
    path("keluar/", sessions.logout, name="logout"),
    path("jejak/", audit.audit_list, name="audit-list"),
    path("healthz", pages.healthz, name="healthz"),
]
