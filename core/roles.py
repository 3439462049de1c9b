"""Who may do what: each role is a sentence of prose and a list of permissions."""

from django.db import models

from core.permissions import Permission as P


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", "Administrator"
    REGISTRAR = "registrar", "Petugas pendaftaran"
    VERIFIER = "verifier", "Verifikator"
    ENUMERATOR = "enumerator", "Enumerator"
    SUPERVISOR = "supervisor", "Pengawas lapangan"
    OFFICIAL = "official", "Pimpinan"
    TRAINER = "trainer", "Tim pelatihan"


PROSE: dict[str, str] = {
    Role.ADMINISTRATOR: "Mengelola pengguna, wilayah, jenis usaha, dan gelombang survei, serta membaca jejak audit.",
    Role.REGISTRAR: "Mendaftarkan UMKM di loket, menerima permohonan daring, memperbarui data, mengajukannya untuk diverifikasi, dan memeriksa kemungkinan ganda.",
    Role.VERIFIER: "Memeriksa pendaftaran yang diajukan orang lain, menyetujuinya, menerbitkan sertifikatnya, dan menggabungkan UMKM yang tercatat dua kali.",
    Role.ENUMERATOR: "Mewawancarai UMKM di wilayahnya, mengisi jawaban survei, dan mencatat usaha yang ditemukannya di lapangan.",
    Role.SUPERVISOR: "Mengatur pekerjaan lapangan di wilayahnya: membagi tugas dan perangkat, mengikuti kemajuan, memeriksa dan mengembalikan wawancara, memasukkan daftar wawancara, dan mengisinya bila perlu.",
    Role.OFFICIAL: "Membaca dasbor dan daftar UMKM, menerima wawancara yang lolos pemeriksaan, serta mengunduh tabel untuk laporan.",
    Role.TRAINER: "Membaca dasbor dan daftar UMKM untuk merencanakan pelatihan.",
}

PERMISSIONS: dict[str, frozenset[P]] = {
    Role.ADMINISTRATOR: frozenset(P) - {P.APPROVE_REGISTRATIONS, P.ENTER_RESPONSES, P.REVIEW_RESPONSES},
    Role.REGISTRAR: frozenset(
        {
            P.USE_ADMIN,
            P.VIEW_BUSINESSES,
            P.EDIT_BUSINESSES,
            P.BULK_EDIT_BUSINESSES,
            P.RECEIVE_APPLICATIONS,
            P.RESOLVE_DUPLICATES,
            P.EXPORT_BUSINESSES,
            P.IMPORT_BUSINESSES,
            P.FIND_BY_NUMBER,
            P.SHARE_FILTERS,
            P.REVEAL_PERSONAL_DATA,
        }
    ),
    Role.VERIFIER: frozenset(
        {
            P.USE_ADMIN,
            P.VIEW_BUSINESSES,
            P.RECEIVE_APPLICATIONS,
            P.APPROVE_REGISTRATIONS,
            P.ISSUE_CERTIFICATES,
            P.RESOLVE_DUPLICATES,
            P.MERGE_BUSINESSES,
            P.FIND_BY_NUMBER,
            P.SHARE_FILTERS,
            P.REVEAL_PERSONAL_DATA,
            P.VIEW_DASHBOARD,
        }
    ),
    Role.ENUMERATOR: frozenset({P.VIEW_BUSINESSES, P.ENTER_RESPONSES, P.VIEW_RESPONSES}),
    Role.SUPERVISOR: frozenset(
        {
            P.VIEW_BUSINESSES,
            P.ENTER_RESPONSES,
            P.VIEW_RESPONSES,
            P.EXPORT_RESPONSES,
            P.REVIEW_RESPONSES,
            P.IMPORT_RESPONSES,
            P.MANAGE_FIELDWORK,
            P.VIEW_DASHBOARD,
            P.EXPORT_TABLES,
            P.VIEW_AUDIT,
        }
    ),
    Role.OFFICIAL: frozenset(
        {
            P.VIEW_BUSINESSES,
            P.EXPORT_BUSINESSES,
            P.FIND_BY_NUMBER,
            P.SHARE_FILTERS,
            P.REVEAL_PERSONAL_DATA,
            P.VIEW_RESPONSES,
            P.EXPORT_RESPONSES,
            P.ACCEPT_RESPONSES,
            P.VIEW_DASHBOARD,
            P.EXPORT_TABLES,
            P.VIEW_AUDIT,
        }
    ),
    Role.TRAINER: frozenset({P.VIEW_BUSINESSES, P.VIEW_DASHBOARD, P.EXPORT_TABLES}),
}
