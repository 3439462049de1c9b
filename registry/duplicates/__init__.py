"""Businesses that are in the register already: found for one, for many, and in the whole register.

    candidates_for(sought(name=…, owner_name=…, ward=…, national_id=…, phone=…, nib=…), user)
    candidates_for(sought_of(business), user)
    candidates_for_many([sought(…, ref=line) for …], user)

Of records outside the user's area a hint says only that one is registered.
"""

from registry.duplicates.candidates import Candidate, Sought, sought, sought_of
from registry.duplicates.finder import candidates_for
from registry.duplicates.many import Hint, candidates_for_many
from registry.matching import EVIDENCE_LABELS

__all__ = [
    "EVIDENCE_LABELS",
    "Candidate",
    "Hint",
    "Sought",
    "candidates_for",
    "candidates_for_many",
    "sought",
    "sought_of",
]
