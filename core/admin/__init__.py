from core.admin import regions, users

__all__ = ["regions", "users"]
