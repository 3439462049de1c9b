"""Reviewing, below /survei/."""

from django.urls import path

from surveys.views import back_checks, quality, reviewing

urlpatterns = [
    path("pemeriksaan/", reviewing.review_queue, name="review-queue"),
    path("pemeriksaan/terima/", reviewing.review_accept_many, name="review-accept-many"),
    path("pemeriksaan/<uuid:public_id>/", reviewing.review_detail, name="review-detail"),
    path("gelombang/<slug:code>/mutu/", quality.wave_quality, name="wave-quality"),
    path("gelombang/<slug:code>/mutu/hitung/", quality.quality_run, name="quality-run"),
    path("gelombang/<slug:code>/wawancara-ulang/", back_checks.back_check_list, name="back-check-list"),
    path("wawancara/<uuid:public_id>/ulang/", back_checks.back_check_create, name="back-check-create"),
    path("wawancara-ulang/<uuid:public_id>/", back_checks.back_check_detail, name="back-check-detail"),
    path("dikembalikan/", reviewing.returned_list, name="returned-list"),
]
