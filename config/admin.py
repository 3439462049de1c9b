"""The stock Django admin, on our own site object."""

from django.contrib.admin.apps import AdminConfig


class RegisterAdminConfig(AdminConfig):
    default_site = "core.admin_site.RegisterAdminSite"
