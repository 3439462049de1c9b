"""The pages of a sample, below the address of its wave."""

from django.urls import path

from surveys.views import sampling

urlpatterns = [
    path("", sampling.sample_detail, name="sample-detail"),
    path("kerangka/", sampling.frame_take, name="frame-take"),
    path("ukuran/", sampling.sample_size, name="sample-size"),
    path("tarik/", sampling.sample_draw, name="sample-draw"),
    path("daftar/", sampling.sample_list, name="sample-list"),
    path("unduh/", sampling.sample_export, name="sample-export"),
    path("ulangi/", sampling.sample_verify, name="sample-verify"),
]
