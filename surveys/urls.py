from django.urls import include, path

from surveys.views import interviews, lists

app_name = "surveys"
urlpatterns = [
    path("", interviews.wave_list, name="wave-list"),
    path("gelombang/<slug:code>/", interviews.wave_businesses, name="wave-businesses"),
    path("gelombang/<slug:code>/unduh/", interviews.response_export, name="response-export"),
    path("gelombang/<slug:code>/isian/", lists.import_template, name="import-template"),
    path("gelombang/<slug:code>/umkm/<uuid:public_id>/", interviews.response_create, name="response-create"),
    path("gelombang/<slug:code>/sampel/", include("surveys.sampling_urls")),
    path("umkm/<uuid:public_id>/", interviews.business_responses, name="business-responses"),
    path("wawancara/<uuid:public_id>/", interviews.response_detail, name="response-detail"),
    path("wawancara/<uuid:public_id>/perbaiki/", interviews.response_change, name="response-change"),
]
