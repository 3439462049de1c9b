from django.urls import path

from registry import size_page, views

app_name = "registry"
urlpatterns = [
    path("", views.business_list, name="business-list"),
    path("skala/", size_page.size_class, name="size-class"),
    path("verifikasi/", views.registration_queue, name="registration-queue"),
    path("<uuid:public_id>/", views.business_detail, name="business-detail"),
]
