"""The person behind one or more businesses."""

from __future__ import annotations

import uuid

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from core.constraints import known_values
from core.fields import BlindIndexField, EncryptedModel, EncryptedQuerySet, EncryptedTextField, blind
from core.models import Region, User
from core.privacy import declare
from registry.identifiers import mask_nik, mask_phone
from registry.match_keys import MatchKeyField


class Sex(models.TextChoices):
    FEMALE = "female", "Perempuan"
    MALE = "male", "Laki-laki"


class OwnerQuerySet(EncryptedQuerySet["Owner"]):
    def for_user(self, user: User) -> OwnerQuerySet:
        """Owners who live in the user's area or have a business there."""
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        if districts is None:
            return self
        has_business_here = Exists(
            apps.get_model("registry", "Business")
            .objects.filter(owner=OuterRef("pk"), district_id__in=districts)
            .values("pk")
        )
        return self.filter(Q(district_id__in=districts) | Q(has_business_here))

    def with_count_of_businesses(self) -> OwnerQuerySet:
        """`count_of_businesses`: 0 where a merge has left the record without any."""
        standing = apps.get_model("registry", "Business").objects.standing().filter(owner=OuterRef("pk"))
        count = standing.order_by().values("owner").annotate(count=Count("pk")).values("count")
        return self.annotate(count_of_businesses=Coalesce(Subquery(count), 0))

    def without_business(self) -> OwnerQuerySet:
        """Those left with none, by a merge or from the start."""
        standing = apps.get_model("registry", "Business").objects.standing().filter(owner=OuterRef("pk"))
        return self.filter(~Exists(standing))

    def with_national_id(self, national_id: str) -> OwnerQuerySet:
        return self.filter(**blind(Owner, "national_id", national_id))

    def with_phone(self, phone: str) -> OwnerQuerySet:
        return self.filter(**blind(Owner, "phone", phone))


class Owner(EncryptedModel):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("nama pelaku usaha", max_length=150)
    name_key = MatchKeyField("name", "owner", db_index=True)
    national_id = EncryptedTextField("NIK", null=True, blank=True)
    national_id_index = BlindIndexField("national_id", unique=True)
    phone = EncryptedTextField("nomor telepon", null=True, blank=True)
    phone_index = BlindIndexField("phone", db_index=True)
    sex = models.CharField("jenis kelamin", max_length=6, choices=Sex, blank=True)
    born_on = models.DateField("tanggal lahir", null=True, blank=True)
    address = models.CharField("alamat", max_length=250, blank=True)
    ward = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"level": Region.Level.WARD},
        related_name="+",
        verbose_name="kelurahan tempat tinggal",
    )
    district = models.ForeignKey(Region, models.PROTECT, null=True, editable=False, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("dibuat", editable=False)
    updated_at = models.DateTimeField("diubah", editable=False)

    objects = OwnerQuerySet.as_manager()
    privacy = declare(
        none="id public_id ward district version created_at updated_at",
        general="name name_key national_id national_id_index phone phone_index sex born_on address",
    )

    class Meta:
        verbose_name = "pelaku usaha"
        verbose_name_plural = "pelaku usaha"
        ordering = ["name", "pk"]
        constraints = [known_values("sex", Sex, blank=True)]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_national_id(self) -> str:
        return mask_nik(self.national_id) if self.national_id else ""

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone) if self.phone else ""
