"""The business: what the register is about."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.constraints import known_values
from core.fields import BlindIndexField, EncryptedModel, EncryptedQuerySet, EncryptedTextField
from core.models import Region, User
from core.privacy import declare
from registry.generated import basis_expression, scale_expression
from registry.identifiers import mask_npwp
from registry.match_keys import MatchKeyField
from registry.models.owners import Owner
from registry.models.sectors import Sector
from registry.size_class import BASIS_LABELS, SCALE_LABELS, Scale

MAX_RUPIAH = 999_999_999_999_999
MAX_WORKERS = 100_000
HEADLINE_COLUMNS = {"uu20_2008": "scale_uu20", "pp7_2021": "scale_pp7"}
SCALE_CHOICES = [(scale.value, label) for scale, label in SCALE_LABELS.items()]
BASIS_CHOICES = [(basis.value, label) for basis, label in BASIS_LABELS.items()]


class LegalForm(models.TextChoices):
    INDIVIDUAL = "individual", "Perorangan"
    HOUSEHOLD = "household", "Rumah tangga"
    ENTITY = "entity", "Badan usaha"


class MicroKind(models.TextChoices):
    LIVELIHOOD = "livelihood", "Usaha penghidupan"
    GROWN = "grown", "Usaha mikro yang berkembang"


class BusinessStatus(models.TextChoices):
    ACTIVE = "active", "Aktif"
    FOUND_IN_FIELD = "found_in_field", "Ditemukan di lapangan, belum terdaftar"
    MOVED = "moved", "Pindah"
    CLOSED = "closed", "Tutup"


def amount_field(label: str, help_text: str = "") -> models.BigIntegerField[int | None, int | None]:
    return models.BigIntegerField(label, null=True, blank=True, help_text=help_text)


# What only some lists show.
UNREAD = frozenset({"products", "npwp", "owner__national_id", "owner__phone"})


class BusinessQuerySet(EncryptedQuerySet["Business"]):
    def for_user(self, user: User) -> BusinessQuerySet:
        if not user.is_authenticated:
            return self.none()
        return self.in_area_of(user).standing()

    def in_area_of(self, user: User) -> BusinessQuerySet:
        """The rows of the user's kecamatan, also those that were merged into another one."""
        districts = user.district_ids()
        return self if districts is None else self.filter(district_id__in=districts)

    def standing(self) -> BusinessQuerySet:
        """Without the rows that were merged into another one."""
        return self.filter(merged_into__isnull=True)

    def active(self) -> BusinessQuerySet:
        return self.standing().filter(status=BusinessStatus.ACTIVE)

    def real(self) -> BusinessQuerySet:
        """Without rows merged into another one, and those reconstructed from the published tables."""
        return self.standing().filter(is_reconstruction=False)

    def registered(self) -> BusinessQuerySet:
        """What the office counts as its UMKM: registered, active, real."""
        return self.real().active().filter(registration__state="registered")

    def for_list(self, reading: frozenset[str] = frozenset()) -> BusinessQuerySet:
        """What a line of a list shows; personal data stays unread, and undeciphered, unless it is among `reading`."""
        rows = self.select_related("owner", "sector", "ward", "registration", *sorted(reading & {"district"}))
        return rows.defer(*sorted(UNREAD - reading))

    def for_detail(self) -> BusinessQuerySet:
        """One business with all that is known about it."""
        people = (
            "registration__submitted_by",
            "registration__taken_by",
            "registration__registered_by",
            "application__consent_text",
        )
        rows = self.select_related("owner__ward", "sector", "ward", "district", "registration", *people)
        return rows.prefetch_related("permits", "online_accounts")

    def for_file(self) -> BusinessQuerySet:
        """What a row of a file tells, in one query."""
        return self.select_related("owner", "sector", "ward", "district")

    def newest_first(self) -> BusinessQuerySet:
        return self.order_by("-created_at", "-pk")


class Business(EncryptedModel):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("nama usaha", max_length=150)
    name_key = MatchKeyField("name", "name", db_index=True)
    initials_key = MatchKeyField("name", "initials")
    owner = models.ForeignKey(
        Owner, models.PROTECT, null=True, blank=True, related_name="businesses", verbose_name="pelaku usaha"
    )
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="businesses", verbose_name="jenis usaha")
    kbli_code = models.CharField("kode KBLI", max_length=5, blank=True, help_text="Lima angka, boleh kosong")
    products = models.TextField("produk utama", blank=True, max_length=1_000)
    legal_form = models.CharField("bentuk usaha", max_length=10, choices=LegalForm, blank=True)
    nib = models.CharField("NIB", max_length=13, blank=True, help_text="13 angka, dari OSS")
    npwp = EncryptedTextField("NPWP", null=True, blank=True)
    npwp_index = BlindIndexField("npwp", db_index=True)
    address = models.CharField("alamat usaha", max_length=250, blank=True)
    ward = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        limit_choices_to={"level": Region.Level.WARD},
        related_name="businesses",
        verbose_name="kelurahan",
    )
    district = models.ForeignKey(
        Region, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="kecamatan"
    )
    latitude = models.DecimalField("lintang", max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("bujur", max_digits=9, decimal_places=6, null=True, blank=True)
    started_on = models.DateField("mulai usaha", null=True, blank=True)
    net_assets = amount_field("kekayaan bersih", "Tidak termasuk tanah dan bangunan tempat usaha")
    business_capital = amount_field("modal usaha", "Tidak termasuk tanah dan bangunan tempat usaha")
    annual_sales = amount_field("omzet per tahun")
    workers_male = models.PositiveIntegerField("tenaga kerja laki-laki", null=True, blank=True)
    workers_female = models.PositiveIntegerField("tenaga kerja perempuan", null=True, blank=True)
    is_branch_or_subsidiary = models.BooleanField(
        "cabang atau anak perusahaan",
        null=True,
        blank=True,
        help_text="Cabang atau bagian dari usaha menengah atau besar",
    )
    micro_kind = models.CharField("macam usaha mikro", max_length=10, choices=MicroKind, blank=True)
    status = models.CharField(
        "status usaha", max_length=16, choices=BusinessStatus, default=BusinessStatus.ACTIVE, editable=False
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name="digabung ke",
        db_index=False,  # of nearly all rows it is empty: SQLite would walk them by it instead of by their order
    )
    status_since = models.DateField("status sejak", null=True, blank=True, editable=False)
    is_reconstruction = models.BooleanField("baris rekonstruksi", default=False, editable=False)
    source = models.CharField("sumber", max_length=60, blank=True, editable=False)
    source_key = models.CharField("kunci pada sumber", max_length=60, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("dibuat", editable=False)
    updated_at = models.DateTimeField("diubah", editable=False)

    # Both laws side by side, computed by the database so that no bulk write can miss them.
    scale_uu20 = models.GeneratedField(
        expression=scale_expression("uu20_2008"),
        output_field=models.CharField("skala menurut UU 20/2008", max_length=12, choices=SCALE_CHOICES),
        db_persist=True,
    )
    scale_uu20_basis = models.GeneratedField(
        expression=basis_expression("uu20_2008"),
        output_field=models.CharField("dasar skala UU 20/2008", max_length=13, choices=BASIS_CHOICES),
        db_persist=True,
    )
    scale_pp7 = models.GeneratedField(
        expression=scale_expression("pp7_2021"),
        output_field=models.CharField("skala menurut PP 7/2021", max_length=12, choices=SCALE_CHOICES),
        db_persist=True,
    )
    scale_pp7_basis = models.GeneratedField(
        expression=basis_expression("pp7_2021"),
        output_field=models.CharField("dasar skala PP 7/2021", max_length=13, choices=BASIS_CHOICES),
        db_persist=True,
    )

    objects = BusinessQuerySet.as_manager()
    privacy = declare(
        none="id public_id owner sector kbli_code products legal_form ward district started_on workers_male"
        " workers_female is_branch_or_subsidiary micro_kind status merged_into status_since is_reconstruction source"
        " source_key version created_at updated_at scale_uu20 scale_uu20_basis scale_pp7 scale_pp7_basis",
        general="name name_key initials_key nib npwp npwp_index address latitude longitude",
        specific="net_assets business_capital annual_sales",
    )

    class Meta:
        verbose_name = "UMKM"
        verbose_name_plural = "UMKM"
        ordering = ["-created_at", "-pk"]
        constraints = [
            known_values("legal_form", LegalForm, blank=True),
            known_values("micro_kind", MicroKind, blank=True),
            known_values("status", BusinessStatus),
            models.UniqueConstraint(
                "source", "source_key", name="business_source_key", condition=~Q(source_key="")
            ),
            models.CheckConstraint(
                name="business_amounts_in_range",
                condition=Q(net_assets__isnull=True) | Q(net_assets__range=(0, MAX_RUPIAH)),
            ),
            models.CheckConstraint(
                name="business_capital_in_range",
                condition=Q(business_capital__isnull=True) | Q(business_capital__range=(0, MAX_RUPIAH)),
            ),
            models.CheckConstraint(
                name="business_sales_in_range",
                condition=Q(annual_sales__isnull=True) | Q(annual_sales__range=(0, MAX_RUPIAH)),
            ),
            models.CheckConstraint(
                name="business_workers_in_range",
                condition=Q(workers_male__isnull=True) | Q(workers_male__lte=MAX_WORKERS),
            ),
            models.CheckConstraint(
                name="business_workers_female_in_range",
                condition=Q(workers_female__isnull=True) | Q(workers_female__lte=MAX_WORKERS),
            ),
            models.CheckConstraint(
                name="business_coordinates_paired",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,  # else one alone is neither true nor false, and passes
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
            ),
            models.CheckConstraint(
                name="business_place_known_unless_reconstructed",
                condition=Q(is_reconstruction=True) | Q(ward__isnull=False, district__isnull=False),
            ),
            models.CheckConstraint(
                name="business_status_change_has_date",
                condition=Q(status__in=["active", "found_in_field"]) | Q(status_since__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="business_newest"),
            models.Index(fields=["district", "sector", "status"], name="business_district_sector"),
            models.Index(fields=["nib"], name="business_nib", condition=~Q(nib="")),
            models.Index(fields=["initials_key", "ward"], name="business_initials_ward"),
            models.Index(
                fields=["merged_into"], name="business_merged", condition=Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """With its number, as two that look alike often share the name."""
        number = self.registration.number if hasattr(self, "registration") else ""
        return f"{self.name} ({number})" if number else self.name

    def get_absolute_url(self) -> str:
        return reverse("registry:business-detail", args=[self.public_id])

    @property
    def masked_npwp(self) -> str:
        return mask_npwp(self.npwp) if self.npwp else ""

    @property
    def headline_scale(self) -> Scale:
        """The class under the law that the site shows first."""
        column: str = getattr(self, HEADLINE_COLUMNS[settings.HEADLINE_RULE_SET])
        return Scale(column)

    @property
    def headline_scale_label(self) -> str:
        return SCALE_LABELS[self.headline_scale]

    @property
    def has_left(self) -> bool:
        return self.status in (BusinessStatus.MOVED, BusinessStatus.CLOSED)

    def nib_is_anothers(self) -> bool:
        """Whether a business of another owner has this NIB; one owner may use it for several."""
        others = Business.objects.standing().filter(nib=self.nib).exclude(pk=self.pk)
        others = others.exclude(nib="")  # so that SQLite finds it by its partial index
        if self.owner_id is not None:
            others = others.exclude(owner_id=self.owner_id)
        return others.exists()

    @property
    def employee_count(self) -> int | None:
        """All workers; None where neither number is known."""
        known = [count for count in (self.workers_male, self.workers_female) if count is not None]
        return sum(known) if known else None


class PermitKind(models.TextChoices):
    PIRT = "pirt", "PIRT"
    HALAL = "halal", "Sertifikat halal"
    BPOM = "bpom", "BPOM"
    SNI = "sni", "SNI"
    BRAND = "brand", "Merek terdaftar"


class BusinessPermit(models.Model):
    business = models.ForeignKey(Business, models.CASCADE, related_name="permits")
    kind = models.CharField("izin", max_length=5, choices=PermitKind)
    number = models.CharField("nomor", max_length=60, blank=True)
    valid_until = models.DateField("berlaku sampai", null=True, blank=True)

    privacy = declare(none="id business kind number valid_until")

    class Meta:
        verbose_name = "izin"
        verbose_name_plural = "izin"
        ordering = ["business", "kind"]
        constraints = [
            known_values("kind", PermitKind),
            models.UniqueConstraint("business", "kind", name="business_permit_kind"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Platform(models.TextChoices):
    SOCIAL_MEDIA = "social_media", "Media sosial"
    MARKETPLACE = "marketplace", "Marketplace"
    WEBSITE = "website", "Situs web"


class OnlineAccount(models.Model):
    business = models.ForeignKey(Business, models.CASCADE, related_name="online_accounts")
    platform = models.CharField("platform", max_length=12, choices=Platform)
    name = models.CharField("nama akun", max_length=100)
    link = models.URLField("tautan", max_length=300, blank=True)

    privacy = declare(none="id business platform", general="name link")

    class Meta:
        verbose_name = "akun daring"
        verbose_name_plural = "akun daring"
        ordering = ["business", "platform", "name"]
        constraints = [
            known_values("platform", Platform),
            models.UniqueConstraint("business", "platform", "name", name="online_account_platform_name"),
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()}: {self.name}"

    @property
    def has_web_link(self) -> bool:
        """Whether the link leads to the web and not, say, to a script."""
        return self.link.lower().startswith(("https://", "http://"))
