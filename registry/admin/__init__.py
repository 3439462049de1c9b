"""The desk of the register: importing this package registers its admin pages."""

from registry.admin import businesses, owners, registrations, sectors

__all__ = ["businesses", "owners", "registrations", "sectors"]
