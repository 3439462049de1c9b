"""The WSGI entry point of the production server."""

import os

from django.core.wsgi import get_wsgi_application

from config.chunked import MeasuredBody

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = MeasuredBody(get_wsgi_application())
