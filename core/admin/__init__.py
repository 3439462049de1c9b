from core.admin import offices, regions, users

__all__ = ["offices", "regions", "users"]
