from django.urls import path

from registry.public import views

app_name = "door"
urlpatterns = [
    path("", views.consent, name="consent"),
    path("langkah/<int:number>/", views.step, name="step"),
    path("skala/", views.size_class, name="size-class"),
    path("ringkasan/", views.summary, name="summary"),
    path("tanda-terima/", views.receipt, name="receipt"),
    path("usaha-saya/", views.status, name="status"),
    path("tutup/", views.leave, name="leave"),
]
