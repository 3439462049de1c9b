"""Reviewing, below /survei/."""

from django.urls import path

from surveys.views import reviewing

urlpatterns = [
    path("pemeriksaan/", reviewing.review_queue, name="review-queue"),
    path("pemeriksaan/terima/", reviewing.review_accept_many, name="review-accept-many"),
    path("pemeriksaan/<uuid:public_id>/", reviewing.review_detail, name="review-detail"),
    path("dikembalikan/", reviewing.returned_list, name="returned-list"),
]
