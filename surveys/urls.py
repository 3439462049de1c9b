from django.urls import include, path

from surveys.views import backups, devices, held, interviews, lists, odk, photos, questionnaires

app_name = "surveys"
urlpatterns = [
    path("", include("surveys.fieldwork_urls")),
    path("", interviews.wave_list, name="wave-list"),
    path("gelombang/<slug:code>/", interviews.wave_businesses, name="wave-businesses"),
    path("gelombang/<slug:code>/unduh/", lists.response_export, name="response-export"),
    path("gelombang/<slug:code>/isian/", lists.import_template, name="import-template"),
    path("gelombang/<slug:code>/umkm/<uuid:public_id>/", interviews.response_create, name="response-create"),
    path("gelombang/<slug:code>/sampel/", include("surveys.sampling_urls")),
    path("gelombang/<slug:code>/kuesioner/", questionnaires.questionnaire, name="questionnaire"),
    path("gelombang/<slug:code>/kuesioner/terbitkan/", questionnaires.publish, name="questionnaire-publish"),
    path(
        "gelombang/<slug:code>/kuesioner/versi/<int:number>/",
        questionnaires.version,
        name="questionnaire-version",
    ),
    path("gelombang/<slug:code>/buku-kode/", questionnaires.codebook_page, name="codebook"),
    path("gelombang/<slug:code>/buku-kode.csv", questionnaires.codebook_file, name="codebook-file"),
    path("pertanyaan/<int:pk>/pindah/", questionnaires.question_move, name="question-move"),
    path("pertanyaan/<int:pk>/hapus/", questionnaires.question_delete, name="question-delete"),
    path("umkm/<uuid:public_id>/", interviews.business_responses, name="business-responses"),
    path("", include("surveys.review_urls")),
    path("wawancara/<uuid:public_id>/", interviews.response_detail, name="response-detail"),
    path("wawancara/<uuid:public_id>/perbaiki/", interviews.response_change, name="response-change"),
    path("wawancara/<uuid:public_id>/foto/<uuid:photo_id>/", photos.response_photo, name="response-photo"),
    path("lapangan/perangkat/", devices.device_list, name="device-list"),
    path("lapangan/perangkat/baru/", devices.device_create, name="device-create"),
    path("lapangan/perangkat/<uuid:public_id>/cabut/", devices.device_revoke, name="device-revoke"),
    path("lapangan/odk/", odk.odk_create, name="odk-create"),
    path("lapangan/ditahan/", held.held_list, name="held-list"),
    path("lapangan/ditahan/<uuid:instance_id>/", held.held_detail, name="held-detail"),
    path("lapangan/ditahan/<uuid:instance_id>/coba/", held.held_retry, name="held-retry"),
    path("lapangan/ditahan/<uuid:instance_id>/kesampingkan/", held.held_discard, name="held-discard"),
    path("lapangan/cadangan/", backups.backup_restore, name="backup-restore"),
]
