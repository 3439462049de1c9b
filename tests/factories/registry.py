from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from registry.models import Business, ChangeProposal, Owner, Registration, RegistrationState, Sector
from tests.factories.core import UserFactory, WardFactory

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


class SectorFactory(DjangoModelFactory):
    class Meta:
        model = Sector
        django_get_or_create = ("version", "code")

    version = "2020"
    code = "G"
    name = "Perdagangan Besar dan Eceran; Reparasi dan Perawatan Mobil dan Sepeda Motor"
    study_row = 4
    study_label = "Perdagangan Besar dan Eceran"


class OwnerFactory(DjangoModelFactory):
    class Meta:
        model = Owner

    name = factory.Sequence(lambda n: f"Pelaku Usaha {n + 1}")
    national_id = factory.Sequence(lambda n: f"990101010190{n + 1:04d}")
    phone = factory.Sequence(lambda n: f"+6281100{n:06d}")
    ward = factory.SubFactory(WardFactory)
    district = factory.SelfAttribute("ward.parent")
    created_at = AT
    updated_at = AT


class BusinessFactory(DjangoModelFactory):
    """A draft nobody has submitted; give `ward=` to place it."""

    class Meta:
        model = Business
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Usaha Contoh {n + 1}")
    ward = factory.SubFactory(WardFactory)
    district = factory.SelfAttribute("ward.parent")
    owner = factory.SubFactory(OwnerFactory, ward=factory.SelfAttribute("..ward"))
    sector = factory.SubFactory(SectorFactory)
    created_at = AT
    updated_at = AT

    @factory.post_generation
    def registration(self, create, extracted, **kwargs):
        if create and not self.is_reconstruction:
            Registration.objects.create(business=self)


class ChangeProposalFactory(DjangoModelFactory):
    """Two more workers and another name for a registered business; give `business__ward=` to place it."""

    class Meta:
        model = ChangeProposal

    business = factory.LazyFunction(lambda: registered_business())
    values = '{"workers_male": [null, 2], "name": ["Nama lama", "Nama baru"]}'
    base_version = 1
    reason = "Surat pemilik"
    proposed_at = AT
    proposed_by = factory.SubFactory(UserFactory)


def registered_business(**kwargs) -> Business:
    """A business with its number, submitted and approved by two different people."""
    business = BusinessFactory(**kwargs)
    registration = business.registration
    registration.state = RegistrationState.REGISTERED
    registration.submitted_at = registration.registered_at = AT
    registration.submitted_by, registration.registered_by = UserFactory(), UserFactory(role="verifier")
    registration.number = f"2026-{business.pk:06d}"
    registration.save()
    return business
