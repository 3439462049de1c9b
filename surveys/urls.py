from django.urls import path

from surveys import views

app_name = "surveys"
urlpatterns = [
    path("", views.wave_list, name="wave-list"),
    path("gelombang/<slug:code>/", views.wave_businesses, name="wave-businesses"),
    path("gelombang/<slug:code>/unduh/", views.response_export, name="response-export"),
    path("gelombang/<slug:code>/umkm/<uuid:public_id>/", views.response_create, name="response-create"),
    path("umkm/<uuid:public_id>/", views.business_responses, name="business-responses"),
    path("wawancara/<uuid:public_id>/", views.response_detail, name="response-detail"),
    path("wawancara/<uuid:public_id>/perbaiki/", views.response_change, name="response-change"),
]
