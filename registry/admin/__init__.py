"""The desk of the register: importing this package registers its admin pages."""

from registry.admin import businesses, consent, owners, registrations, sectors

__all__ = ["businesses", "consent", "owners", "registrations", "sectors"]
