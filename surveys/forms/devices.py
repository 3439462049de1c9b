"""A telephone is enrolled for somebody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from core import roles
from core.forms import NOT_A_CHOICE, REQUIRED, CleanCharField
from core.models import User
from core.permissions import Permission
from surveys.models import DeviceKind


class DeviceForm(forms.Form):
    """Of an own telephone, or of one for anybody who shares a kecamatan with whoever runs the fieldwork."""

    user = forms.ModelChoiceField(
        User.objects.none(),
        label="Enumerator",
        empty_label=None,
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
    )
    name = CleanCharField(
        label="Nama perangkat",
        max_length=80,
        help_text="Agar perangkatnya dikenali, misalnya Samsung A15 Rina",
    )
    kind = forms.ChoiceField(
        label="Jenis",
        choices=DeviceKind.choices,
        initial=DeviceKind.ODK,
        help_text="Aplikasi lapangan biasanya didaftarkan dari ponselnya sendiri.",
        error_messages={"required": REQUIRED, "invalid_choice": NOT_A_CHOICE},
    )

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data, initial={"user": by.pk})
        self.fields["user"].queryset = enrollable_by(by)  # type: ignore[attr-defined]


class OdkDeviceForm(DeviceForm):
    """Of a telephone with ODK Collect."""

    kind = None  # type: ignore[assignment]  # Django's way to leave a field out


def enrollable_by(by: User) -> QuerySet[User]:
    """Who may get a telephone from this user."""
    interviewing = [role for role, may in roles.PERMISSIONS.items() if Permission.ENTER_RESPONSES in may]
    users = User.objects.filter(is_active=True, role__in=interviewing).order_by("full_name", "username")
    if not by.can(Permission.MANAGE_FIELDWORK):
        return users.filter(pk=by.pk)
    districts = by.district_ids()
    if districts is None:
        return users
    return users.filter(Q(pk=by.pk) | Q(pk__in=User.objects.filter(districts__in=districts)))
