"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("umkm/", include("registry.urls")),
    path("sertifikat/", include("registry.certificate_urls")),
    path("daftar/", include("registry.public.urls")),
    path("survei/", include("surveys.urls")),
    path("lapangan/", include("surveys.phone.urls")),
    path("odk/", include("surveys.openrosa.urls")),
    path("dasbor/", include("dashboards.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.permission_denied"
handler404 = "core.views.errors.page_not_found"
handler500 = "core.views.errors.server_error"
