"""Who goes where, what came of it, who is behind."""

from django.urls import path

from surveys.views import assignments, fieldwork_progress

urlpatterns = [
    path("kemajuan/", fieldwork_progress.progress_newest, name="progress-newest"),
    path("gelombang/<slug:code>/kemajuan/", fieldwork_progress.wave_progress, name="wave-progress"),
    path("gelombang/<slug:code>/kemajuan/unduh/", fieldwork_progress.progress_export, name="progress-export"),
    path("gelombang/<slug:code>/penugasan/", assignments.assignment_create, name="assignment-create"),
    path("gelombang/<slug:code>/penugasan/daftar/", assignments.assignment_list, name="assignment-list"),
]
