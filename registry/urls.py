from django.urls import path

from registry import size_page
from registry.views import (
    applications,
    attachments,
    bulk_edits,
    businesses,
    certificates,
    doubles,
    downloads,
    finding,
    found,
    personal,
    proposals,
    quality,
    registrations,
    versions,
)

app_name = "registry"
urlpatterns = [
    path("", businesses.business_list, name="business-list"),
    path("unduh/", downloads.business_export, name="business-export"),
    path("ubah-sekaligus/", bulk_edits.bulk_edit, name="bulk-edit"),
    path("ubah-sekaligus/<uuid:public_id>/", bulk_edits.bulk_edit_detail, name="bulk-edit-detail"),
    path("ubah-sekaligus/<uuid:public_id>/terapkan/", bulk_edits.bulk_edit_apply, name="bulk-edit-apply"),
    path("ubah-sekaligus/<uuid:public_id>/hentikan/", bulk_edits.bulk_edit_stop, name="bulk-edit-stop"),
    path("lapangan/baru/", found.found_create, name="found-create"),
    path("mutu/", quality.quality_page, name="quality"),
    path("skala/", size_page.size_class, name="size-class"),
    path("verifikasi/", registrations.registration_queue, name="registration-queue"),
    path("verifikasi/daring/", applications.application_queue, name="application-queue"),
    path("verifikasi/daring/<uuid:public_id>/", applications.application_detail, name="application-detail"),
    path(
        "verifikasi/daring/<uuid:public_id>/periksa/",
        applications.application_take,
        name="application-take",
    ),
    path(
        "verifikasi/daring/<uuid:public_id>/setujui/",
        applications.application_accept,
        name="application-accept",
    ),
    path(
        "verifikasi/daring/<uuid:public_id>/kembalikan/",
        applications.application_refuse,
        name="application-refuse",
    ),
    path(
        "verifikasi/daring/<uuid:public_id>/data-pribadi/<slug:secret>/",
        applications.application_reveal,
        name="application-reveal",
    ),
    path("verifikasi/usulan/", proposals.proposal_list, name="proposal-list"),
    path("usulan/saya/", proposals.proposal_mine, name="proposal-mine"),
    path("verifikasi/usulan/<uuid:public_id>/setujui/", proposals.proposal_approve, name="proposal-approve"),
    path("verifikasi/usulan/<uuid:public_id>/tolak/", proposals.proposal_refuse, name="proposal-refuse"),
    path("usulan/<uuid:public_id>/tarik/", proposals.proposal_withdraw, name="proposal-withdraw"),
    path("verifikasi/usulan/kelompok/<uuid:batch>/", proposals.proposal_batch, name="proposal-batch"),
    path(
        "verifikasi/usulan/kelompok/<uuid:batch>/setujui/",
        proposals.batch_approve,
        name="proposal-batch-approve",
    ),
    path(
        "verifikasi/usulan/kelompok/<uuid:batch>/tolak/", proposals.batch_refuse, name="proposal-batch-refuse"
    ),
    path(
        "verifikasi/usulan/kelompok/<uuid:batch>/hentikan/",
        proposals.batch_stop,
        name="proposal-batch-stop",
    ),
    path("ganda/", doubles.duplicate_list, name="duplicate-list"),
    path("ganda/cari/", doubles.duplicate_search, name="duplicate-search"),
    path("ganda/<uuid:public_id>/<uuid:other_id>/", doubles.duplicate_compare, name="duplicate-compare"),
    path(
        "ganda/<uuid:public_id>/<uuid:other_id>/bukan/", doubles.duplicate_dismiss, name="duplicate-dismiss"
    ),
    path("ganda/<uuid:public_id>/<uuid:other_id>/gabung/", doubles.duplicate_merge, name="duplicate-merge"),
    path("penggabungan/", doubles.merge_list, name="merge-list"),
    path("penggabungan/<uuid:public_id>/urungkan/", doubles.merge_undo, name="merge-undo"),
    path("cari/", finding.business_find, name="business-find"),
    path("kolom/", finding.columns_choose, name="columns-choose"),
    path("filter/", finding.filter_list, name="filter-list"),
    path("filter/simpan/", finding.filter_save, name="filter-save"),
    path("filter/<uuid:public_id>/", finding.filter_change, name="filter-change"),
    path("<uuid:public_id>/", businesses.business_detail, name="business-detail"),
    path("<uuid:public_id>/cetak/", businesses.business_print, name="business-print"),
    path("<uuid:public_id>/status/", businesses.business_status, name="business-status"),
    path("<uuid:public_id>/ajukan/", registrations.registration_submit, name="registration-submit"),
    path("<uuid:public_id>/setujui/", registrations.registration_approve, name="registration-approve"),
    path("<uuid:public_id>/sertifikat/terbitkan/", certificates.certificate_issue, name="certificate-issue"),
    path(
        "<uuid:public_id>/sertifikat/unduh/", certificates.certificate_download, name="certificate-download"
    ),
    path("<uuid:public_id>/sertifikat/cabut/", certificates.certificate_revoke, name="certificate-revoke"),
    path("<uuid:public_id>/langkah/<slug:step>/", registrations.registration_step, name="registration-step"),
    path("<uuid:public_id>/versi/", versions.business_version, name="business-version"),
    path("pelaku/<uuid:public_id>/riwayat/", versions.owner_history, name="owner-history"),
    path("pelaku/<uuid:public_id>/versi/", versions.owner_version, name="owner-version"),
    path("<uuid:public_id>/lampiran/", attachments.attachment_add, name="attachment-add"),
    path(
        "<uuid:public_id>/lampiran/<uuid:attachment_id>/", attachments.attachment_file, name="attachment-file"
    ),
    path(
        "<uuid:public_id>/lampiran/<uuid:attachment_id>/hapus/",
        attachments.attachment_remove,
        name="attachment-remove",
    ),
    path("<uuid:public_id>/data-pribadi/<slug:secret>/", personal.business_reveal, name="reveal"),
]
