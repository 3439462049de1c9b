"""What the list of businesses can be narrowed down by; nothing outside the user's area is named."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.models import Region
from registry.models import Business, Owner, RegistrationState, Sector
from registry.models.businesses import SCALE_CHOICES


class _BusinessFilter(admin.SimpleListFilter):
    path: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Business]) -> QuerySet[Business]:
        return queryset.filter(**{self.path: self.value()}) if self.value() else queryset


class SectorFilter(_BusinessFilter):
    title, parameter_name, path = "jenis usaha", "jenis", "sector__code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        sectors = Sector.objects.filter(is_current=True, is_offered=True).in_study_order()
        return [(sector.code, sector.table_label) for sector in sectors]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Business]) -> QuerySet[Business]:
        return (
            super().queryset(request, queryset).filter(sector__is_current=True) if self.value() else queryset
        )


class DistrictFilter(_BusinessFilter):
    title, parameter_name, path = "kecamatan", "kecamatan", "district__code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        districts = Region.objects.for_user(request.user).districts()  # type: ignore[arg-type]  # behind admin_view
        return [(district.code, district.name) for district in districts]


class ScaleFilter(_BusinessFilter):
    title, parameter_name, path = "skala (PP 7/2021)", "skala", "scale_pp7"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return SCALE_CHOICES


class WithoutBusinessFilter(admin.SimpleListFilter):
    title, parameter_name = "UMKM", "umkm"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("tanpa", "Tanpa UMKM")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Owner]) -> QuerySet[Owner]:
        return queryset.filter(pk__in=Owner.objects.without_business()) if self.value() else queryset


class RegistrationFilter(_BusinessFilter):
    title, parameter_name, path = "pendaftaran", "pendaftaran", "registration__state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in RegistrationState.choices]
