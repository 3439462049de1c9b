"""The frame of a wave, as the register stood, and what was drawn from it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.constraints import known_values
from core.models import Region
from core.privacy import declare
from registry.models import Business, Sector
from registry.models.businesses import SCALE_CHOICES
from surveys.models.waves import Wave
from surveys.sampling.sizes import Plan

MAX_SEED = 999_999_999
PLAN_FIELDS = ("confidence", "margin", "proportion", "response_rate", "design_effect")
WEIGHT_STEP = Decimal("0.000001")


class DrawMethod(models.TextChoices):
    RANDOM = "random", "Acak"
    SYSTEMATIC = "systematic", "Sistematis"


class StrataBy(models.TextChoices):
    NONE = "none", "Tanpa strata"
    DISTRICT = "district", "Kecamatan"
    SECTOR = "sector", "Jenis usaha"
    DISTRICT_SECTOR = "district_sector", "Kecamatan × jenis usaha"


def planning_of(plan: Plan) -> dict[str, str]:
    """A plan as `Draw.planning` holds it: exact ratios in text."""
    return {name: str(getattr(plan, name)) for name in PLAN_FIELDS}


def base_weight(population: int, drawn: int) -> Decimal | None:
    """How many businesses of a stratum one drawn stands for; None where nobody was drawn."""
    return (Decimal(population) / drawn).quantize(WEIGHT_STEP) if drawn else None


class FrameQuerySet(models.QuerySet["Frame"]):
    def newest_of(self, wave: Wave) -> Frame | None:
        return self.filter(wave=wave).order_by("-taken_at", "-pk").first()


class Frame(models.Model):
    """A snapshot of the register: whom a wave can draw. Never changed; a new one is taken instead.

    `filters` holds codes, `described` says the same to people. `excluded` is the log of coverage: of the same
    filters those that were left out, by the reason.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="frames", verbose_name="gelombang")
    taken_at = models.DateTimeField("diambil pada", editable=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name="diambil oleh",
    )
    filters = models.JSONField("filter", default=dict, editable=False)
    described = models.TextField("isi kerangka", editable=False)
    count = models.PositiveIntegerField("banyaknya UMKM", editable=False)
    excluded = models.JSONField("tidak termasuk", default=dict, editable=False)
    sha256 = models.CharField("segel SHA-256", max_length=64, editable=False)

    objects = FrameQuerySet.as_manager()
    privacy = declare(none="id wave taken_at taken_by filters described count excluded sha256")

    class Meta:
        verbose_name = "kerangka sampel"
        verbose_name_plural = "kerangka sampel"
        ordering = ["-taken_at", "-pk"]

    def __str__(self) -> str:
        return f"Kerangka sampel {self.wave}"


class FrameEntry(models.Model):
    """A business of a frame, with its kind, place and size as they stood."""

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="entries", verbose_name="kerangka")
    business = models.ForeignKey(Business, models.PROTECT, related_name="+", verbose_name="UMKM")
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+", verbose_name="jenis usaha")
    ward = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="kelurahan")
    district = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="kecamatan")
    scale_uu20 = models.CharField("skala UU 20/2008", max_length=12, choices=SCALE_CHOICES)
    scale_pp7 = models.CharField("skala PP 7/2021", max_length=12, choices=SCALE_CHOICES)

    stays_when_merged = True  # a snapshot says what stood there
    privacy = declare(none="id frame business sector ward district scale_uu20 scale_pp7")

    class Meta:
        verbose_name = "baris kerangka sampel"
        verbose_name_plural = "baris kerangka sampel"
        ordering = ["frame", "pk"]
        constraints = [
            known_values("scale_uu20", SCALE_CHOICES),
            known_values("scale_pp7", SCALE_CHOICES),
            models.UniqueConstraint("frame", "business", name="frame_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.frame_id}: {self.business_id}"


class DrawQuerySet(models.QuerySet["Draw"]):
    def current_of(self, wave: Wave) -> Draw | None:
        return (
            self.filter(wave=wave, is_current=True)
            .select_related("frame", "drawn_by")
            .prefetch_related("strata")
            .first()
        )


class Draw(models.Model):
    """How a sample was drawn, in all that is needed to draw it again. Its rows are `SampleEntry`.

    An earlier draw keeps its line and its seal; its rows went when the wave was drawn anew.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="draws", verbose_name="gelombang")
    frame = models.ForeignKey(Frame, models.CASCADE, related_name="draws", verbose_name="kerangka")
    method = models.CharField("cara penarikan", max_length=10, choices=DrawMethod)
    strata_by = models.CharField("strata", max_length=15, choices=StrataBy)
    size = models.PositiveIntegerField("banyaknya sampel")
    minimum = models.PositiveIntegerField("minimum per strata")
    reserve_percent = models.PositiveSmallIntegerField("cadangan (%)")
    seed = models.PositiveIntegerField("benih")
    planning = models.JSONField("nilai perencanaan", default=dict)
    drawn_at = models.DateTimeField("ditarik pada", editable=False)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name="ditarik oleh",
    )
    sha256 = models.CharField("segel SHA-256", max_length=64, editable=False)
    is_current = models.BooleanField("berlaku", default=True, editable=False)

    objects = DrawQuerySet.as_manager()
    audit_words: dict[str, tuple[str, dict[str, str]]] = {
        "drawn": ("sampel utama", {}),
        "reserves": ("cadangan", {}),
        "rows": ("baris", {}),
    }
    privacy = declare(
        none="id wave frame method strata_by size minimum reserve_percent seed planning drawn_at drawn_by sha256"
        " is_current"
    )

    class Meta:
        verbose_name = "penarikan sampel"
        verbose_name_plural = "penarikan sampel"
        ordering = ["-drawn_at", "-pk"]
        constraints = [
            known_values("method", DrawMethod),
            known_values("strata_by", StrataBy),
            models.CheckConstraint(name="draw_size_positive", condition=Q(size__gt=0)),
            models.CheckConstraint(name="draw_seed_in_range", condition=Q(seed__lte=MAX_SEED)),
            models.UniqueConstraint("wave", name="draw_current_once", condition=Q(is_current=True)),
        ]

    def __str__(self) -> str:
        return f"Penarikan sampel {self.wave}"

    @property
    def plan(self) -> Plan:
        """What was expected when it was drawn."""
        confidence, *ratios = (self.planning[name] for name in PLAN_FIELDS)
        return Plan(int(confidence), *map(Fraction, ratios))

    @property
    def is_systematic(self) -> bool:
        return self.method == DrawMethod.SYSTEMATIC

    @property
    def method_label(self) -> str:
        """The usual name; a simple draw is one without strata."""
        if self.strata_by == StrataBy.NONE:
            return "Sistematis" if self.is_systematic else "Acak sederhana"
        within = "sistematis" if self.is_systematic else "acak"
        return f"Berstrata menurut {self.get_strata_by_display().lower()}, {within} di dalam strata"


class DrawStratum(models.Model):
    """A stratum of a draw: how many the frame holds, and how many of them were drawn."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="strata", verbose_name="penarikan")
    key = models.CharField("kode strata", max_length=40, blank=True)
    label = models.CharField("strata", max_length=320)
    population = models.PositiveIntegerField("UMKM pada kerangka")
    drawn = models.PositiveIntegerField("sampel utama")
    reserves = models.PositiveIntegerField("cadangan")

    privacy = declare(none="id draw key label population drawn reserves")

    class Meta:
        verbose_name = "strata sampel"
        verbose_name_plural = "strata sampel"
        ordering = ["draw", "key"]
        constraints = [
            models.UniqueConstraint("draw", "key", name="draw_stratum_key"),
            models.CheckConstraint(
                name="draw_stratum_fits", condition=Q(population__gte=F("drawn") + F("reserves"))
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def base_weight(self) -> Decimal | None:
        return base_weight(self.population, self.drawn)
