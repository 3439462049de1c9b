import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from core.models import Region, User
from core.roles import Role

PASSWORD = "kopi hangat di pagi hari"


class CityFactory(DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = "99.01"
    name = "Kota Contoh"
    level = Region.Level.CITY


class DistrictFactory(DjangoModelFactory):
    class Meta:
        model = Region

    code = factory.Sequence(lambda n: f"99.01.{n % 99 + 1:02d}")
    name = factory.Sequence(lambda n: f"Kecamatan {n + 1}")
    level = Region.Level.DISTRICT
    parent = factory.SubFactory(CityFactory)


class WardFactory(DjangoModelFactory):
    class Meta:
        model = Region

    parent = factory.SubFactory(DistrictFactory)
    code = factory.LazyAttributeSequence(lambda ward, n: f"{ward.parent.code}.{1001 + n % 8_999}")
    name = factory.Sequence(lambda n: f"Kelurahan {n + 1}")
    level = Region.Level.WARD


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"pengguna{n + 1}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@contoh.test")
    full_name = factory.Sequence(lambda n: f"Pengguna {n + 1}")
    role = Role.REGISTRAR
    whole_city = True
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def districts(self, create, extracted, **kwargs):
        if extracted:
            self.districts.set(extracted)
