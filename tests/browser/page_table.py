"""Which pages the site has, who looks at them, and in which states."""

from __future__ import annotations

from tests.browser.door_walk import begin, opened_with, press, send_nothing, walk
from tests.browser.every_page import (
    CODE,
    NEW_PASSWORD,
    NOBODY,
    WRONG,
    Visit,
    desk_of,
    filled,
    forged_code,
    interview_of,
    page_of,
    send,
    send_admin_form,
    throttled,
    unknown_certificate,
    visit,
    without_cookies,
)

ROLES = ("administrator", "registrar_a", "verifier_a", "enumerator_a", "supervisor_a", "official", "trainer")
ADMIN, COUNTER, VERIFIER, FIELD = "administrator", "registrar_a", "verifier_a", "enumerator_a"
SUPERVISOR, OFFICIAL = "supervisor_a", "official"
DETAIL, STATUS, REVEAL = "registry:business-detail", "registry:business-status", "registry:reveal"
PRINT = "registry:business-print"
TOO_MANY_FIELDS = "?" + "a&" * 2_001

# Nothing to be looked at: what a GET of an administrator gets instead of a page.
NOT_PAGES = {
    "core:logout": "only takes POST",
    "core:audit-export": "a file, by POST",
    "core:healthz": "JSON for machines",
    "registry:business-export": "a file, by POST",
    "registry:certificate-issue": "only takes POST",
    "registry:certificate-download": "a file, by POST",
    "certificates:keys": "JSON for whoever checks without the register",
    "door:size-class": "a part of the third step",
    "door:leave": "only takes POST",
    "registry:application-take": "only takes POST",
    "registry:application-accept": "only takes POST",
    "registry:application-refuse": "only takes POST",
    "registry:size-class": "a part of the form of a business",
    "registry:registration-submit": "only takes POST; a refusal is visited as a page of its own",
    "registry:registration-approve": "only takes POST",
    "surveys:response-export": "a file, by POST",
    "dashboards:breakdown-chart": "JSON for the charts",
    "dashboards:breakdown-csv": "a file, by POST",
    "admin:login": "leads to the one login page",
    "admin:logout": "only takes POST",
    "admin:password_change": "leads to the one page of it",
    "admin:password_change_done": "leads to the one page of it",
    "admin:autocomplete": "JSON for a field",
    "admin:jsi18n": "a script",
    "admin:*_history": "leads to the audit trail",
    "admin:*_delete": "nothing is ever deleted",
    "admin:registry_sector_add": "sections come with the classification",
    "admin:registry_registration_add": "comes with its business",
    "admin:surveys_response_add": "comes from the interview page",
    "admin:surveys_publishedstatement_add": "comes with the study",
}

CORE = [
    *(visit(role, "core:home", shows="Selamat datang") for role in ROLES),
    visit(NOBODY, "core:login"),
    visit(NOBODY, "core:login", act=send, shows="Bidang ini tidak boleh kosong"),
    visit(NOBODY, "core:login", act=filled(**WRONG), shows="tidak cocok"),
    visit(NOBODY, "core:login", act=throttled(filled(**WRONG)), status=429, shows="Terlalu banyak percobaan"),
    visit(NOBODY, "core:login", act=without_cookies(filled(**WRONG)), status=403, shows="kedaluwarsa"),
    visit("newcomer", "core:password-change"),
    visit("newcomer", "core:password-change", act=send, shows="Bidang ini tidak boleh kosong"),
    visit(
        "newcomer", "core:password-change", act=throttled(filled(**NEW_PASSWORD)), status=429, shows="Tunggu"
    ),
    visit("newcomer", "core:password-change", act=filled(**NEW_PASSWORD), shows="sudah diganti"),
    visit(ADMIN, "core:user-password"),
    visit(ADMIN, "core:user-password", act=send, shows="Bidang ini tidak boleh kosong"),
    visit(ADMIN, "core:audit-list"),
    visit(
        ADMIN, "core:audit-list", query="?verb=created&since=2026-01-02&until=2026-01-01", shows="mendahului"
    ),
    visit(ADMIN, "core:audit-list", query="?text=tidakada", shows="Tidak ada peristiwa"),
    visit(OFFICIAL, "core:audit-detail"),
    visit(COUNTER, "core:download-list", shows="Log unduhan"),
    visit(OFFICIAL, "core:download-list", shows="Semua berkas"),
]
REGISTER = [
    visit(COUNTER, "registry:business-list", shows="Menampilkan 50"),
    visit(COUNTER, "registry:business-list", query="?search=tidakada", shows="Tidak ada UMKM yang cocok"),
    visit(OFFICIAL, "registry:business-list", query="?reconstruction=1&sector=2020-I", shows="rekonstruksi"),
    visit(OFFICIAL, "registry:business-list", query="?scale=raksasa", shows="Perbaiki filter"),
    visit(COUNTER, "registry:business-list", query="?search=3574014101900001", shows="NIK tidak dicari"),
    visit(COUNTER, DETAIL, page_of(DETAIL, "business"), shows="Kriteria berbeda"),
    visit(COUNTER, DETAIL, page_of(DETAIL, "draft"), shows="Ajukan untuk verifikasi"),
    visit(COUNTER, DETAIL, page_of(DETAIL, "submitted"), shows="harus disetujui orang lain"),
    visit(VERIFIER, DETAIL, page_of(DETAIL, "submitted"), shows="Setujui"),
    visit(FIELD, DETAIL, page_of(DETAIL, "closed"), shows="Tutup sejak"),
    visit(COUNTER, PRINT, page_of(PRINT, "business")),
    visit(COUNTER, PRINT, page_of(PRINT, "business"), act=send, shows="Warung Sumber Rejeki"),
    visit(COUNTER, STATUS, page_of(STATUS, "business")),
    visit(COUNTER, STATUS, page_of(STATUS, "business"), act=send, shows="Pilih status usaha"),
    visit(VERIFIER, REVEAL, page_of(REVEAL, "business", secret="nik")),
    visit(
        VERIFIER, REVEAL, page_of(REVEAL, "business", secret="nik"), act=filled(reason="a"), shows="10 huruf"
    ),
    visit(
        VERIFIER,
        REVEAL,
        page_of(REVEAL, "business", secret="nik"),
        act=filled(reason="Dicocokkan dengan KTP"),
        shows="satu kali ini saja",
    ),
    visit(VERIFIER, "registry:registration-queue", shows="Menunggu Persetujuan"),
    visit("verifier_b", "registry:registration-queue", shows="Tidak ada pendaftaran"),
    visit(COUNTER, "registry:quality", shows="Tanpa kode KBLI"),
    visit(COUNTER, "registry:business-list", query="?worklist=no_kbli", shows="Menampilkan"),
    visit(COUNTER, "registry:owner-lookup"),
    visit(COUNTER, "registry:owner-lookup", act=filled(national_id="123"), shows="16 digit"),
    visit(
        COUNTER, "registry:owner-lookup", act=filled(national_id="9901010101999999"), shows="belum terdaftar"
    ),
]
CHECK, REVOKE = "certificates:check-code", "registry:certificate-revoke"
CERTIFICATES = [
    visit(NOBODY, CHECK, shows="Sah"),
    visit(NOBODY, "certificates:check", shows="Sah"),
    visit(NOBODY, CHECK, forged_code, shows="Tidak cocok"),
    visit(NOBODY, CHECK, unknown_certificate, status=404, shows="tidak ditemukan"),
    visit(VERIFIER, REVOKE),
    visit(VERIFIER, REVOKE, act=send, shows="wajib diisi"),
    visit(VERIFIER, REVOKE, act=filled(reason="Salah orang"), shows="dicabut"),
    visit(COUNTER, DETAIL, page_of(DETAIL, "business"), shows="Unduh sertifikat"),
    visit(ADMIN, "admin:core_office_add", act=send_admin_form),
    visit(ADMIN, "admin:core_office_change", shows="Pejabat penanda tangan"),
    visit(ADMIN, "admin:core_office_changelist", shows="Kantor"),
]
APPLICATION, NUMBER = "registry:application-detail", "registry:application-reveal"
DOOR = [
    visit(NOBODY, "door:consent", shows="Saya tidak setuju"),
    visit(NOBODY, "door:consent", act=lambda page: press(page, "Saya tidak setuju"), shows="Tidak ada data"),
    visit(NOBODY, "door:consent", act=throttled(begin), status=429, shows="Coba lagi nanti"),
    visit(NOBODY, "door:status", shows="Usaha saya"),
    visit(NOBODY, "door:step", act=begin, shows="Pelaku usaha"),
    visit(NOBODY, "door:step", act=send_nothing, shows="wajib diisi"),
    visit(NOBODY, "door:step", act=walk(2), shows="Jenis usaha"),
    visit(NOBODY, "door:step", act=walk(3), shows="Skala usaha Anda"),
    visit(NOBODY, "door:summary", act=walk(4), shows="Kirim pendaftaran"),
    visit(NOBODY, "door:receipt", act=walk(5), shows="Pendaftaran diterima, menunggu verifikasi"),
    visit(NOBODY, "door:status", act=opened_with("SALAH"), shows="tidak dikenal"),
    visit(NOBODY, "door:status", act=opened_with(CODE), shows="Menunggu verifikasi"),
    visit(VERIFIER, "registry:application-queue", shows="Warung Contoh"),
    visit("verifier_b", "registry:application-queue", shows="Tidak ada permohonan daring"),
    visit(VERIFIER, APPLICATION, page_of(APPLICATION, "application"), shows="NIK sama"),
    visit(VERIFIER, NUMBER, page_of(NUMBER, "application", secret="telepon")),
    visit(
        VERIFIER,
        NUMBER,
        page_of(NUMBER, "application", secret="telepon"),
        act=filled(reason="Menelepon pemohon"),
        shows="+6281234567890",
    ),
    visit(ADMIN, "admin:registry_consenttext_changelist"),
    visit(ADMIN, "admin:registry_consenttext_add"),
    visit(ADMIN, "admin:registry_consenttext_add", act=send_admin_form, shows="Belum tersimpan"),
    visit(ADMIN, "admin:registry_consenttext_change"),
]
FIELDWORK = [
    visit(FIELD, "surveys:wave-list", shows="Baris rekonstruksi"),
    visit(FIELD, "surveys:wave-businesses", page_of("surveys:wave-businesses", "wave"), shows="Terkirim"),
    visit(
        FIELD,
        "surveys:wave-businesses",
        page_of("surveys:wave-businesses", "wave"),
        query="?q=tidakada",
        shows="Tidak ada UMKM yang cocok",
    ),
    visit(
        SUPERVISOR,
        "surveys:wave-businesses",
        page_of("surveys:wave-businesses", "wave"),
        shows="Unduh jawaban",
    ),
    visit(FIELD, "surveys:response-create", interview_of("draft"), shows="Kirim wawancara"),
    visit(FIELD, "surveys:response-create", interview_of("draft"), act=send, shows="Belum dapat dikirim"),
    visit(FIELD, "surveys:response-create", interview_of("business"), shows="Sudah diwawancarai"),
    visit(FIELD, "surveys:response-create", interview_of("closed"), shows="sudah tutup"),
    visit(FIELD, "surveys:business-responses", page_of("surveys:business-responses", "business")),
    visit(
        FIELD,
        "surveys:business-responses",
        page_of("surveys:business-responses", "draft"),
        shows="Belum pernah",
    ),
    visit(FIELD, "surveys:response-detail", page_of("surveys:response-detail", "response"), shows="Ramai."),
    visit(
        FIELD,
        "surveys:response-change",
        page_of("surveys:response-change", "response"),
        shows="Simpan perbaikan",
    ),
    visit(
        SUPERVISOR,
        "surveys:response-change",
        page_of("surveys:response-change", "response"),
        shows="Hanya pewawancaranya",
    ),
]
STUDY = "?wave=probolinggo-2022"
DASHBOARD = [
    visit(OFFICIAL, "dashboards:overview", query=STUDY, shows="Tabel 4"),
    visit(OFFICIAL, "dashboards:overview", query=STUDY + "&sector=2020-J", shows="n kecil"),
    visit(
        OFFICIAL,
        "dashboards:overview",
        query=STUDY + "&scale=large",
        shows="Tidak ada data untuk filter ini",
    ),
    visit(OFFICIAL, "dashboards:overview", query="?district=99", shows="filter yang tidak dikenal"),
    visit(SUPERVISOR, "dashboards:overview", query=STUDY, shows="seluruh kota"),
    visit(OFFICIAL, "dashboards:publication-comparison", shows="Tertukar"),
    visit(SUPERVISOR, "dashboards:publication-comparison", shows="seluruh kota"),
]
BUSINESS_FORM = "admin:registry_business_change"
DESK = [
    visit(ADMIN, "admin:index"),
    visit(ADMIN, "admin:app_list"),
    visit(COUNTER, "admin:index"),
    visit(ADMIN, "admin:core_user_changelist"),
    visit(ADMIN, "admin:core_user_add"),
    visit(ADMIN, "admin:core_user_add", act=send_admin_form, shows="Belum tersimpan"),
    visit(ADMIN, "admin:core_user_change"),
    visit(ADMIN, "admin:core_region_changelist"),
    visit(ADMIN, "admin:core_region_add", act=send_admin_form, shows="Belum tersimpan"),
    visit(ADMIN, "admin:core_region_change"),
    visit(COUNTER, "admin:registry_business_changelist"),
    visit(COUNTER, "admin:registry_business_add"),
    visit(COUNTER, "admin:registry_business_add", act=send_admin_form, shows="wajib"),
    visit(COUNTER, BUSINESS_FORM, desk_of(BUSINESS_FORM, "business"), shows="Kriteria berbeda"),
    visit(COUNTER, BUSINESS_FORM, desk_of(BUSINESS_FORM, "draft"), shows="Pengelolaan data"),
    visit(ADMIN, "admin:registry_business_export"),
    visit(COUNTER, "admin:registry_business_export"),
    visit(COUNTER, "admin:registry_business_import"),
    visit(COUNTER, "admin:registry_business_import", act=send, shows="Berkas"),
    visit(COUNTER, "admin:registry_owner_changelist"),
    visit(COUNTER, "admin:registry_owner_add"),
    visit(COUNTER, "admin:registry_owner_change"),
    visit(VERIFIER, "admin:registry_owner_change"),
    visit(ADMIN, "admin:registry_owner_export"),
    visit(VERIFIER, "admin:registry_registration_changelist"),
    visit(VERIFIER, "admin:registry_registration_change"),
    visit(ADMIN, "admin:registry_sector_changelist"),
    visit(ADMIN, "admin:registry_sector_change"),
    visit(ADMIN, "admin:surveys_wave_changelist"),
    visit(ADMIN, "admin:surveys_wave_add"),
    visit(ADMIN, "admin:surveys_wave_add", act=send_admin_form, shows="Belum tersimpan"),
    visit(ADMIN, "admin:surveys_wave_change"),
    visit(ADMIN, "admin:surveys_populationfigure_changelist"),
    visit(ADMIN, "admin:surveys_populationfigure_add"),
    visit(ADMIN, "admin:surveys_populationfigure_change"),
    visit(ADMIN, "admin:surveys_response_changelist"),
    visit(ADMIN, "admin:surveys_response_change"),
    visit(ADMIN, "admin:surveys_publishedstatement_changelist"),
    visit(ADMIN, "admin:surveys_publishedstatement_change"),
]
ERRORS = [
    visit("trainer", "core:home", lambda world: "/tidak-ada/", status=404, shows="Halaman tidak ditemukan"),
    visit(NOBODY, "core:home", lambda world: "/tidak-ada/", status=404, shows="Halaman tidak ditemukan"),
    visit("trainer", "core:audit-list", status=403, shows="tidak berwenang"),
    visit("trainer", "registry:business-list", query=TOO_MANY_FIELDS, status=400, shows="tidak dapat dibaca"),
    visit(COUNTER, DETAIL, page_of(DETAIL, "draft"), act=send, shows="Diajukan oleh Anda"),
]
VISITS: list[Visit] = [*CORE, *REGISTER, *CERTIFICATES, *DOOR, *FIELDWORK, *DASHBOARD, *DESK, *ERRORS]
