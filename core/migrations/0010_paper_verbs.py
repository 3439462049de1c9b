from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0009_workflow_verbs")]

    operations = [
        migrations.AlterField(
            model_name="auditevent",
            name="verb",
            field=models.CharField(
                choices=[
                    ("created", "Membuat"),
                    ("changed", "Mengubah"),
                    ("submitted", "Mengajukan"),
                    ("approved", "Menyetujui"),
                    ("taken", "Mengambil untuk diperiksa"),
                    ("released", "Melepas"),
                    ("returned", "Mengembalikan"),
                    ("rejected", "Menolak"),
                    ("suspended", "Menangguhkan"),
                    ("resumed", "Memulihkan"),
                    ("expired", "Mengakhiri masa berlaku"),
                    ("renewed", "Memperpanjang"),
                    ("revoked", "Mencabut"),
                    ("change_proposed", "Mengusulkan perubahan"),
                    ("change_approved", "Menyetujui perubahan"),
                    ("change_refused", "Menolak perubahan"),
                    ("change_withdrawn", "Menarik usulan perubahan"),
                    ("change_outdated", "Membatalkan usulan perubahan"),
                    ("status_changed", "Mengubah status"),
                    ("issued", "Menerbitkan"),
                    ("deleted", "Menghapus"),
                    ("interviewed", "Mengisi wawancara"),
                    ("revealed", "Melihat data pribadi"),
                    ("exported", "Mengunduh"),
                    ("printed", "Mencetak"),
                    ("imported", "Mengimpor"),
                    ("undone", "Mengurungkan"),
                    ("loaded", "Memuat data"),
                    ("signed_in", "Masuk"),
                    ("signed_out", "Keluar"),
                    ("sign_in_failed", "Gagal masuk"),
                    ("password_changed", "Mengganti kata sandi"),
                    ("keys_rotated", "Mengganti kunci"),
                ],
                max_length=20,
                verbose_name="tindakan",
            ),
        ),
    ]
