"""Forms of the register: normalise and validate, nothing else. Pages and imports use the same ones."""

from registry.forms.base import SecretField
from registry.forms.businesses import BusinessForm
from registry.forms.lines import OnlineAccountForm, OnlineAccountFormSet, PermitForm, PermitFormSet
from registry.forms.owners import OwnerForm

__all__ = [
    "BusinessForm",
    "OnlineAccountForm",
    "OnlineAccountFormSet",
    "OwnerForm",
    "PermitForm",
    "PermitFormSet",
    "SecretField",
]
