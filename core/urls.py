from django.urls import path

from core.views import audit, downloads, import_rows, imports, jobs, pages, passwords, sessions

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
    path("impor/", imports.import_list, name="import-list"),
    path("impor/<uuid:public_id>/", imports.import_detail, name="import-detail"),
    path("impor/<uuid:public_id>/baca/", imports.import_reading, name="import-reading"),
    path("impor/<uuid:public_id>/periksa/", imports.import_staging, name="import-staging"),
    path("impor/<uuid:public_id>/kolom/", imports.import_reopen, name="import-reopen"),
    path("impor/<uuid:public_id>/kebijakan/", imports.import_policy, name="import-policy"),
    path("impor/<uuid:public_id>/ganti/", import_rows.import_replace, name="import-replace"),
    path("impor/<uuid:public_id>/simpan/", imports.import_commit, name="import-commit"),
    path("impor/<uuid:public_id>/batal/", imports.import_cancel, name="import-cancel"),
    path("impor/<uuid:public_id>/coba-lagi/", imports.import_retry, name="import-retry"),
    path("impor/<uuid:public_id>/urungkan/", imports.import_undo, name="import-undo"),
    path("impor/<uuid:public_id>/perbaikan/", imports.import_errors, name="import-errors"),
    path("impor/<uuid:public_id>/baris/<int:number>/", import_rows.import_row, name="import-row"),
    path(
        "impor/<uuid:public_id>/baris/<int:number>/putuskan/", import_rows.import_decide, name="import-decide"
    ),
    path("healthz", pages.healthz, name="healthz"),
]
