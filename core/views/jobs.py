"""How far a job is, for the page that waits for it."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from core.gates import SignedInRequest, signed_in
from core.jobs import worker_seen
from core.models import Job


@signed_in("Everybody may ask about the jobs they started; those of others do not exist for them.")
def job_status(request: SignedInRequest, public_id: str) -> HttpResponse:
    """JSON, or for htmx the piece of page that asks again by itself until the job has ended."""
    job = get_object_or_404(Job.objects.for_user(request.user), public_id=public_id)
    if getattr(request, "htmx", False):
        response = render(request, "core/_job_status.html", status_context(job))
        if job.has_ended:
            response["HX-Refresh"] = "true"  # the page has something else to show now
        return response
    return JsonResponse(status_json(job))


def status_context(job: Job) -> dict[str, Any]:
    """What `core/_job_status.html` shows; pages include the piece with this."""
    return {"job": job, "worker_missing": not job.has_ended and not worker_seen()}


def status_json(job: Job) -> dict[str, Any]:
    return {
        "state": job.state,
        "label": job.get_state_display(),
        "done": job.done,
        "total": job.total,
        "percent": job.percent,
        "error": job.error,
        "cancel_requested": job.cancel_requested,
        "ended": job.has_ended,
        "worker_seen": worker_seen(),
    }
