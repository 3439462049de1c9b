"""What the register asks of those who come in: new businesses, drafts left behind, registrations to approve."""

from __future__ import annotations

from datetime import date

from django.db.models import Count
from django.urls import reverse

from core.formats import format_integer
from core.models import User
from core.permissions import Permission
from core.tasks import Task
from registry.models import ChangeProposal, PublicApplication, Registration, RegistrationState
from registry.worklists import COUNTED, waiting

LEFT_BEHIND = {
    RegistrationState.DRAFT: "pendaftaran masih draf, belum diajukan",
    RegistrationState.RETURNED: "pendaftaran dikembalikan, perlu diperbaiki",
}


def register_tasks(user: User, day: date) -> list[Task]:
    return [*_counter_tasks(user), *_door_tasks(user), *_approval_tasks(user), *_quality_tasks(user, day)]


def _counter_tasks(user: User) -> list[Task]:
    if not (user.can(Permission.EDIT_BUSINESSES) and user.can(Permission.USE_ADMIN)):
        return []
    tasks = [Task("Daftarkan UMKM baru", reverse("admin:registry_business_add"))]
    left = Registration.objects.for_user(user).filter(state__in=LEFT_BEHIND).order_by()
    counts = dict(left.values_list("state").annotate(Count("pk")))
    for state, sentence in LEFT_BEHIND.items():
        if count := counts.get(state, 0):
            url = f"{reverse('registry:business-list')}?registration={state}"
            tasks.append(Task(f"{format_integer(count)} {sentence}", url))
    own = ChangeProposal.objects.pending().filter(proposed_by=user).count()
    if own:
        url = reverse("registry:proposal-mine")
        tasks.append(
            Task(f"{format_integer(own)} usulan perubahan Anda menunggu persetujuan", url, waits=False)
        )
    return tasks


def _door_tasks(user: User) -> list[Task]:
    if not user.can(Permission.RECEIVE_APPLICATIONS):
        return []
    sent = PublicApplication.objects.for_user(user).waiting().count()
    url = reverse("registry:application-queue")
    return [Task(f"{format_integer(sent)} permohonan daring menunggu diterima", url)] if sent else []


def _approval_tasks(user: User) -> list[Task]:
    if not user.can(Permission.APPROVE_REGISTRATIONS):
        return []
    waiting, url = (
        Registration.objects.for_user(user).waiting().count(),
        reverse("registry:registration-queue"),
    )
    tasks = [Task(f"{format_integer(waiting)} pendaftaran menunggu verifikasi", url)] if waiting else []
    if proposed := ChangeProposal.objects.for_user(user).pending().count():
        sentence = f"{format_integer(proposed)} usulan perubahan menunggu persetujuan"
        tasks.append(Task(sentence, reverse("registry:proposal-list")))
    return tasks or [Task("Tidak ada pendaftaran yang menunggu verifikasi", url, waits=False)]


def _quality_tasks(user: User, day: date) -> list[Task]:
    if not user.can(Permission.EDIT_BUSINESSES):
        return []
    incomplete, url = waiting(user, day), reverse("registry:quality")
    if not incomplete:
        return []
    many = f"Lebih dari {format_integer(COUNTED)}" if incomplete > COUNTED else format_integer(incomplete)
    return [Task(f"{many} UMKM datanya perlu dilengkapi atau diperbarui", url)]
