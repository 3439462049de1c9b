from django.urls import path

from registry import views

app_name = "registry"
urlpatterns = [
    path("", views.business_list, name="business-list"),
    path("verifikasi/", views.registration_queue, name="registration-queue"),
    path("<uuid:public_id>/", views.business_detail, name="business-detail"),
]
