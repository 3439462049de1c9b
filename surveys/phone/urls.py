"""Addresses of the application for the field, all under its service worker's scope."""

from django.urls import path

from surveys.phone import devices, photos, sending, shell, tasks

app_name = "field"
urlpatterns = [
    path("", shell.app, name="shell"),
    path("siapkan/", shell.setup, name="setup"),
    path("luring/", shell.offline, name="offline"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("sw.js", shell.service_worker, name="service-worker"),
    path("perangkat/", devices.device_create, name="device-create"),
    path("api/tugas/", tasks.task_list, name="task-list"),
    path("api/kirim/", sending.submission_create, name="submission-create"),
    path("api/foto/<uuid:instance_id>/<str:name>/", photos.photo_update, name="photo-update"),
    path("api/lapor/", sending.report_create, name="report-create"),
]
