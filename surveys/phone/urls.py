from django.urls import path

from surveys.phone import devices, sending, tasks

app_name = "field"
urlpatterns = [
    path("perangkat/", devices.device_create, name="device-create"),
    path("api/tugas/", tasks.task_list, name="task-list"),
    path("api/kirim/", sending.submission_create, name="submission-create"),
    path("api/lapor/", sending.report_create, name="report-create"),
]
