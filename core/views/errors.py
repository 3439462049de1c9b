"""Error pages in plain words; they show nothing of what went wrong inside."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core import roles
from core.gates import page_of_the_form, public
from core.permissions import Permission

WHY = "Every visitor may meet an error."


def _page(request: HttpRequest, status: int, title: str, advice: str, **more: str) -> HttpResponse:
    return render(request, "core/error.html", {"title": title, "advice": advice} | more, status=status)


@public(WHY)
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400, "Permintaan tidak dapat dibaca", "Periksa alamatnya, lalu coba lagi.")


@public(WHY)
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    advice = "Hubungi administrator bila Anda memerlukannya."
    wanted = exception.args[0] if exception is not None and exception.args else None
    if isinstance(wanted, Permission) and request.user.is_authenticated:
        advice = f"{_whose(wanted)} Anda masuk sebagai {request.user.get_role_display()}. {advice}"
    return _page(request, 403, "Anda tidak berwenang membuka halaman ini", advice)


def _whose(permission: Permission) -> str:
    """The roles that may, in a sentence."""
    *names, last = [role.label for role in roles.Role if permission in roles.PERMISSIONS[role]]
    return f"Halaman ini untuk {', '.join(names)} atau {last}." if names else f"Halaman ini untuk {last}."


@public(WHY)
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        "Formulir sudah kedaluwarsa",
        "Isian tadi belum disimpan. Buka lagi formulirnya, isi, lalu kirim. Ini terjadi bila Anda masuk lagi "
        "setelah formulir dibuka, atau bila peramban menolak kuki.",
        form=page_of_the_form(request),
    )


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """Somebody opened, or loaded again, the address a form is sent to."""
    return _page(
        request,
        405,
        "Alamat ini hanya menerima kiriman formulir",
        "Tidak ada yang berubah. Buka halamannya dari menu, lalu tekan lagi tombolnya bila perlu.",
    )


@public(WHY)
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        "Halaman tidak ditemukan",
        "Alamatnya keliru, datanya tidak ada, atau berada di luar wilayah kerja Anda.",
    )


@public(WHY)
def server_error(request: HttpRequest) -> HttpResponse:
    """Made without the request: who is in and what they may see is asked of a database that may be down."""
    context = {
        "title": "Terjadi kesalahan pada sistem",
        "advice": "Kesalahan ini sudah dicatat. Coba lagi; bila berulang, hubungi administrator.",
        "office_name": settings.OFFICE_NAME,
    }
    return HttpResponse(render_to_string("core/error.html", context), status=500)


def too_large() -> HttpResponse:
    """Made without the request, of which nothing was read yet."""
    context = {
        "title": "Kiriman terlalu besar",
        "advice": "Kirim berkas yang lebih kecil, atau bagi menjadi beberapa berkas.",
        "office_name": settings.OFFICE_NAME,
    }
    return HttpResponse(render_to_string("core/error.html", context), status=413)
