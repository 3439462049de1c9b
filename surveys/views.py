"""Pages of the field."""

from django.http import HttpResponse
from django.shortcuts import render

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from surveys.models import Wave


@requires(Permission.ENTER_RESPONSES)
def wave_list(request: SignedInRequest) -> HttpResponse:
    return render(request, "surveys/wave_list.html", {"waves": Wave.objects.newest_first()})
