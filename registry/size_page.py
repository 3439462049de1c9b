"""The fragment with the size class, asked for by the form while amounts are typed."""

from django.http import HttpResponse
from django.shortcuts import render

from core.gates import SignedInRequest, requires
from core.permissions import Permission
from registry.size_badges import badges, read_amounts


@requires(Permission.EDIT_BUSINESSES, redirect=False)
def size_class(request: SignedInRequest) -> HttpResponse:
    amounts, problems = read_amounts(request.GET.dict())
    context = {"badges": badges(amounts), "problems": problems}
    return render(request, "registry/_size_class.html", context)
