from django.urls import path

from core.views import audit, downloads, jobs, pages, passwords, sessions

app_name = "core"
urlpatterns = [
    path("", pages.home, name="home"),
    path("masuk/", sessions.login, name="login"),
    path("keluar/", sessions.logout, name="logout"),
    path("kata-sandi/", passwords.password_change, name="password-change"),
    path("pengguna/<int:pk>/kata-sandi/", passwords.user_password, name="user-password"),
    path("jejak/", audit.audit_list, name="audit-list"),
    path("jejak/unduh/", audit.audit_export, name="audit-export"),
    path("unduhan/", downloads.download_list, name="download-list"),
    path("jejak/<int:pk>/", audit.audit_detail, name="audit-detail"),
    path("pekerjaan/<uuid:public_id>/", jobs.job_status, name="job-status"),
    path("healthz", pages.healthz, name="healthz"),
]
