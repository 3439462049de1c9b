"""Photos and documents of a business; their bytes are files of `registry.attachment_files`."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.constraints import known_values
from core.fields import EncryptedModel, EncryptedQuerySet, EncryptedTextField
from core.models import User
from core.privacy import declare
from registry.models.businesses import Business

MAX_BYTES = 10 * 1024 * 1024
MAX_PER_BUSINESS = 20


class AttachmentKind(models.TextChoices):
    PHOTO = "photo", "Foto"
    DOCUMENT = "document", "Dokumen"


class FileFormat(models.TextChoices):
    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"
    PDF = "pdf", "PDF"


CONTENT_TYPES = {
    FileFormat.JPEG: "image/jpeg",
    FileFormat.PNG: "image/png",
    FileFormat.WEBP: "image/webp",
    FileFormat.PDF: "application/pdf",
}
EXTENSIONS = {FileFormat.JPEG: "jpg"}  # the others are called what they are


class AttachmentQuerySet(EncryptedQuerySet["Attachment"]):
    def for_user(self, user: User) -> AttachmentQuerySet:
        if not user.is_authenticated:
            return self.none()
        districts = user.district_ids()
        return self if districts is None else self.filter(business__district_id__in=districts)

    def for_list(self) -> AttachmentQuerySet:
        return self.select_related("added_by").defer("secret")


class Attachment(EncryptedModel):
    """`public_id` is its address and the name of its file; what it was called is only shown."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    business = models.ForeignKey(
        Business, models.PROTECT, related_name="attachments", verbose_name="UMKM", editable=False
    )
    kind = models.CharField("jenis", max_length=8, choices=AttachmentKind, editable=False)
    format = models.CharField("format", max_length=4, choices=FileFormat, editable=False)
    original_name = models.CharField("nama berkas", max_length=120, editable=False)
    caption = models.CharField("keterangan", max_length=150, blank=True)
    size = models.PositiveIntegerField("ukuran", editable=False)
    sha256 = models.CharField("sidik", max_length=64, editable=False)
    secret = EncryptedTextField("kunci berkas", editable=False)
    added_at = models.DateTimeField("ditambahkan", editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="ditambahkan oleh"
    )

    objects = AttachmentQuerySet.as_manager()
    privacy = declare(
        none="id public_id business kind format size sha256 secret added_at added_by",
        general="original_name caption",
    )

    class Meta:
        verbose_name = "lampiran"
        verbose_name_plural = "lampiran"
        ordering = ["-added_at", "-pk"]
        constraints = [
            known_values("kind", AttachmentKind),
            known_values("format", FileFormat),
            models.CheckConstraint(
                name="attachment_document_is_pdf",
                condition=Q(kind="document", format="pdf") | Q(kind="photo") & ~Q(format="pdf"),
            ),
        ]

    def __str__(self) -> str:
        return self.caption or self.original_name

    @property
    def district_id(self) -> int | None:
        return self.business.district_id

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[FileFormat(self.format)]

    @property
    def download_name(self) -> str:
        """What it was called, ending as what it is."""
        ending = EXTENSIONS.get(FileFormat(self.format), str(self.format))
        stem, dot, last = self.original_name.rpartition(".")
        name = stem if dot and last.lower() in (ending, str(self.format)) else self.original_name
        return f"{name or 'lampiran'}.{ending}"
