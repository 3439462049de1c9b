"""Who goes where, what came of it, who is behind."""

from django.urls import path

from surveys.views import assignments, fieldwork_progress, my_tasks, visits

WAVE, BUSINESS = "gelombang/<slug:code>/", "gelombang/<slug:code>/umkm/<uuid:public_id>/"
urlpatterns = [
    path("tugas/", my_tasks.task_list, name="task-list"),
    path(f"{WAVE}usaha-baru/", my_tasks.found_create, name="found-create"),
    path(f"{BUSINESS}kunjungan/", visits.visit_create, name="visit-create"),
    path(f"{BUSINESS}cadangan/", visits.reserve_use, name="reserve-use"),
    path("kemajuan/", fieldwork_progress.progress_newest, name="progress-newest"),
    path(f"{WAVE}kemajuan/", fieldwork_progress.wave_progress, name="wave-progress"),
    path(f"{WAVE}kemajuan/unduh/", fieldwork_progress.progress_export, name="progress-export"),
    path(f"{WAVE}penugasan/", assignments.assignment_create, name="assignment-create"),
    path(f"{WAVE}penugasan/daftar/", assignments.assignment_list, name="assignment-list"),
]
