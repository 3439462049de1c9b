from core.models.audit import AuditChain, AuditEvent, AuditSecret, Verb
from core.models.regions import Region
from core.models.throttle import Throttle
from core.models.users import User

__all__ = ["AuditChain", "AuditEvent", "AuditSecret", "Region", "Throttle", "User", "Verb"]
