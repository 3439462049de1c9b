"""Pages of the register."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.models import Business, Registration


@requires(Permission.VIEW_BUSINESSES)
def business_list(request: SignedInRequest) -> HttpResponse:
    businesses = Business.objects.for_user(request.user).for_list().newest_first()
    return render(request, "registry/business_list.html", {"businesses": businesses[:50]})


@requires(Permission.VIEW_BUSINESSES)
def business_detail(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    business = get_object_or_404(Business.objects.for_user(request.user).for_list(), public_id=public_id)
    return render(request, "registry/business_detail.html", {"business": business})


@requires(Permission.APPROVE_REGISTRATIONS)
def registration_queue(request: SignedInRequest) -> HttpResponse:
    waiting = Registration.objects.for_user(request.user).waiting()
    return render(request, "registry/registration_queue.html", {"waiting": waiting})
