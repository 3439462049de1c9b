"""What a telephone could not send itself comes in by its backup file."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from surveys.actions import BackupRefused, restore_backup
from surveys.forms.backups import BackupForm


@requires(Permission.MANAGE_FIELDWORK)
@require_http_methods(["GET", "HEAD", "POST"])
def backup_restore(request: SignedInRequest) -> HttpResponse:
    """What was in the file stands on the answer, item by item; sent again it stores nothing twice."""
    is_sent = request.method == "POST"
    form = BackupForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    restored = None
    if form.is_valid():
        content = form.cleaned_data["file"]
        try:
            restored = restore_backup(content=content, by=request.user, at=timezone.now())
        except BackupRefused as refusal:
            form.add_error("file", str(refusal))
    return render(request, "surveys/backup_restore.html", {"form": form, "restored": restored})
