"""The addresses on certificates: short, and never to change, as they stand on paper."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from registry.views import certificate_check


class SignatureConverter(StringConverter):
    regex = "[A-Za-z0-9_-]{1,200}"


register_converter(SignatureConverter, "signature")

app_name = "certificates"
urlpatterns = [
    path("kunci/", certificate_check.certificate_keys, name="keys"),
    path("<uuid:public_id>/", certificate_check.certificate_check, name="check"),
    path("<uuid:public_id>/<signature:signature>/", certificate_check.certificate_check, name="check-code"),
]
