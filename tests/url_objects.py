"""For every address with arguments: how to make the object it shows.

The permission matrix (tests/core/test_permission_matrix.py) asks each address for an object in
kecamatan A and one in B. Add a line for yours: the URL name (or a pattern with `*`; the longest that
fits wins) and a function from a `Place` to the arguments of the address.

    "registry:business-detail": local(lambda place: {"public_id": registered_business(ward=place.ward).public_id}),
    "surveys:wave-detail": citywide(lambda place: {"code": WaveFactory().code}),

`local`: the object lies in one kecamatan, and is 404 for who works elsewhere. `citywide`: it belongs
to no kecamatan; the permission alone decides. `own`: it is of `registrar_of(place)` and 404 for all others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any
from uuid import uuid4

from django.utils import timezone

from core.audit import record
from core.models import Job, User, Verb
from core.permissions import Permission
from core.roles import Role
from registry.actions import merge_businesses
from registry.models import BulkEdit, SavedFilter
from surveys.models import LocalQuestion, PopulationFigure, PublishedStatement
from tests.factories import (
    ChangeProposalFactory,
    OwnerFactory,
    ResponseFactory,
    SectorFactory,
    UserFactory,
    WaveFactory,
    registered_business,
)
from tests.factories.imports import with_rows_to_look_at
from tests.factories.registry import AT
from tests.people import Place
from tests.registry.applicants import consent_text, waiting_application
from tests.registry.attachments import make_attachment
from tests.registry.certificates import make_certificate, make_office
from tests.surveys.ingesting.sends import enumerator_of, held_in, phone_of, photo_in
from tests.surveys.sampling.cities import drawn

Arguments = dict[str, Any]
UNKNOWN_TOKEN = (
    "x" * 43
)  # the doors of telephones open to no session; tests/surveys/openrosa holds the others


@dataclass(frozen=True)
class UrlObject:
    make: Callable[[Place], Arguments]
    is_local: bool
    is_own: bool = False
    permission: Permission | None = None  # of those the gate lets in, only its holders see the object


def local(make: Callable[[Place], Arguments], *, permission: Permission | None = None) -> UrlObject:
    return UrlObject(make, is_local=True, permission=permission)


def citywide(make: Callable[[Place], Arguments]) -> UrlObject:
    return UrlObject(make, is_local=False)


def own(make: Callable[[Place], Arguments]) -> UrlObject:
    return UrlObject(make, is_local=False, is_own=True)


def registrar_of(place: Place) -> User:
    return User.objects.get(role=Role.REGISTRAR, districts=place.district)


def _job(place: Place) -> Arguments:
    job = Job.objects.create(kind="import", created_by=registrar_of(place), created_at=AT)
    return {"public_id": job.public_id}


def _import(place: Place) -> Arguments:
    batch = with_rows_to_look_at(registrar_of(place), place.district.name, place.ward.name)
    return {"public_id": batch.public_id}


def _row_of_an_import(place: Place) -> Arguments:
    return {**_import(place), "number": 2}


def _event(place: Place) -> Arguments:
    business = registered_business(ward=place.ward)
    return {"pk": record(Verb.CHANGED, by=None, at=AT, subject=business).pk}


def _saved_filter(place: Place) -> Arguments:
    saved = SavedFilter.objects.create(name="Aktif", made_by=registrar_of(place), made_at=AT)
    return {"public_id": saved.public_id}


def _table_of_a_wave(place: Place) -> Arguments:
    WaveFactory()
    return {"table": "partnership"}


def _business_of_a_wave(place: Place) -> Arguments:
    return {"code": WaveFactory().code, "public_id": registered_business(ward=place.ward).public_id}


def _drawn_wave(place: Place) -> Arguments:
    registered_business(ward=place.ward)
    wave = WaveFactory()
    drawn(wave, User.objects.filter(role=Role.ADMINISTRATOR).earliest("pk"), size=1)
    return {"code": wave.code}


def _response(place: Place) -> Arguments:
    return {"public_id": ResponseFactory(business__ward=place.ward).public_id}


def _photo(place: Place) -> Arguments:
    photo = photo_in(place)
    return {"public_id": photo.submission.response.public_id, "photo_id": photo.public_id}


def _waiting_response(place: Place) -> Arguments:
    response = ResponseFactory(business__ward=place.ward, state="sent")
    response.flags.create(code="at_night", detail="malam hari (pukul 22.05)")
    return {"public_id": response.public_id}


def _local_question(place: Place) -> LocalQuestion:
    question = {"code": "pekerja", "kind": "number", "label": "Pekerja", "prompt": "Berapa pekerja?"}
    return LocalQuestion.objects.create(wave=WaveFactory(), **question)


def _back_check(place: Place) -> Arguments:
    first = ResponseFactory(business__ward=place.ward)
    again = ResponseFactory(
        wave=first.wave,
        business=first.business,
        state="back_check",
        back_check_of=first,
        partnership="partnered",
    )
    return {"public_id": again.public_id}


def _population_figure(place: Place) -> Arguments:
    figure = {"area": place.district.parent, "year": 2018, "group": "UMKM", "count": 33_391, "source": "BPS"}
    return {"object_id": PopulationFigure.objects.get_or_create(**figure)[0].pk}


def _published_statement(place: Place) -> Arguments:
    statement = {
        "code": "st01",
        "statement": "UMKM",
        "published": 100,
        "unit": "UMKM",
        "figure": "x",
        "place": "y",
    }
    return {"object_id": PublishedStatement.objects.create(wave=WaveFactory(), **statement).pk}


def _owner_address(place: Place) -> Arguments:
    return {"public_id": registered_business(ward=place.ward).owner.public_id}


def _attachment(place: Place) -> Arguments:
    attachment = make_attachment(business=registered_business(ward=place.ward))
    return {"public_id": attachment.business.public_id, "attachment_id": attachment.public_id}


def _certificate(place: Place) -> Arguments:
    return {"public_id": make_certificate(at=timezone.now(), ward=place.ward).public_id}


def _certificate_code(place: Place) -> Arguments:
    certificate = make_certificate(at=timezone.now(), ward=place.ward)
    return {"public_id": certificate.public_id, "signature": certificate.signature}


def _office(place: Place) -> Arguments:
    return {"object_id": make_office().pk}


def _proposal(place: Place) -> Arguments:
    business, proposer = registered_business(ward=place.ward), registrar_of(place)
    return {"public_id": ChangeProposalFactory(business=business, proposed_by=proposer).public_id}


def _batch(place: Place) -> Arguments:
    business, proposer = registered_business(ward=place.ward), registrar_of(place)
    return {"batch": ChangeProposalFactory(business=business, proposed_by=proposer, batch=uuid4()).batch}


def _two_businesses(place: Place) -> Arguments:
    first, second = (registered_business(ward=place.ward) for _ in range(2))
    return {"public_id": first.public_id, "other_id": second.public_id}


def _merge(place: Place) -> Arguments:
    winner, loser = (registered_business(ward=place.ward) for _ in range(2))
    by = registrar_of(place)
    reason = "Satu usaha tercatat dua kali"
    journal = merge_businesses(
        winner=winner, loser=loser, take=[], versions=(1, 1), by=by, at=AT, reason=reason
    )
    return {"public_id": journal.public_id}


def _bulk_edit(place: Place) -> Arguments:
    wanted = {"values": {"kbli_code": "56101"}, "reason": "Uji"}
    edit = BulkEdit.objects.create(**wanted, created_by=registrar_of(place), created_at=AT)
    edit.rows.create(business=registered_business(ward=place.ward), version=1)
    return {"public_id": edit.public_id}


URL_OBJECTS: dict[str, UrlObject] = {
    "admin:app_list": citywide(lambda place: {"app_label": "core"}),
    "admin:core_office_*": citywide(_office),
    "admin:core_region_*": local(lambda place: {"object_id": place.ward.pk}),
    "admin:core_user_*": citywide(lambda place: {"object_id": UserFactory().pk}),
    "admin:registry_business_*": local(lambda place: {"object_id": registered_business(ward=place.ward).pk}),
    "admin:registry_owner_*": local(lambda place: {"object_id": OwnerFactory(ward=place.ward).pk}),
    "admin:registry_registration_*": local(
        lambda place: {"object_id": registered_business(ward=place.ward).registration.pk}
    ),
    "admin:registry_sector_*": citywide(lambda place: {"object_id": SectorFactory().pk}),
    "admin:surveys_wave_*": citywide(lambda place: {"object_id": WaveFactory().pk}),
    "admin:surveys_localquestion_*": citywide(lambda place: {"object_id": _local_question(place).pk}),
    "surveys:codebook*": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:question-*": citywide(lambda place: {"pk": _local_question(place).pk}),
    "surveys:questionnaire*": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:questionnaire-version": citywide(lambda place: {"code": WaveFactory().code, "number": 1}),
    "core:import-*": local(_import, permission=Permission.IMPORT_BUSINESSES),
    "core:import-row": local(_row_of_an_import, permission=Permission.IMPORT_BUSINESSES),
    "core:import-decide": local(_row_of_an_import, permission=Permission.IMPORT_BUSINESSES),
    "core:job-status": own(_job),
    "registry:bulk-edit-*": own(_bulk_edit),
    "core:user-password": citywide(lambda place: {"pk": UserFactory().pk}),
    "core:audit-detail": local(_event),
    "dashboards:breakdown-*": citywide(_table_of_a_wave),
    "registry:filter-change": own(_saved_filter),
    "odk:*": citywide(lambda place: {"token": UNKNOWN_TOKEN}),
    "odk:form": citywide(lambda place: {"token": UNKNOWN_TOKEN, "form": "umkm-x", "version": 1}),
    "odk:manifest": citywide(lambda place: {"token": UNKNOWN_TOKEN, "wave": "x", "version": 1}),
    "odk:file": citywide(lambda place: {"token": UNKNOWN_TOKEN, "name": "umkm", "wave": "x"}),
    "surveys:business-responses": local(
        lambda place: {"public_id": registered_business(ward=place.ward).public_id}
    ),
    "surveys:response-create": local(_business_of_a_wave),
    "surveys:response-change": local(_response),
    "surveys:back-check-list": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:back-check-create": local(_waiting_response),
    "surveys:back-check-detail": local(_back_check),
    "surveys:wave-quality": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:quality-run": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:review-detail": local(_waiting_response),
    "surveys:response-detail": local(_response),
    "surveys:frame-take": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:sample-*": citywide(_drawn_wave),
    "surveys:import-template": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:response-photo": local(_photo),
    "surveys:device-revoke": local(
        lambda place: {"public_id": phone_of(enumerator_of(place)).device.public_id}
    ),
    "surveys:held-*": local(lambda place: {"instance_id": held_in(place).instance_id}),
    "field:photo-update": citywide(lambda place: {"instance_id": uuid4(), "name": "foto-1.jpg"}),
    "surveys:response-export": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:wave-progress": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:progress-export": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:found-create": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:visit-create": local(_business_of_a_wave),
    "surveys:reserve-use": local(_business_of_a_wave),
    "surveys:assignment-*": citywide(lambda place: {"code": WaveFactory().code}),
    "surveys:wave-businesses": citywide(lambda place: {"code": WaveFactory().code}),
    "admin:surveys_response_*": local(
        lambda place: {"object_id": ResponseFactory(business__ward=place.ward).pk}
    ),
    "admin:surveys_populationfigure_*": citywide(_population_figure),
    "admin:surveys_publishedstatement_*": citywide(_published_statement),
    "registry:business-*": local(lambda place: {"public_id": registered_business(ward=place.ward).public_id}),
    "certificates:check": citywide(_certificate),
    "certificates:check-code": citywide(_certificate_code),
    "registry:owner-history": local(_owner_address),
    "registry:owner-version": local(_owner_address),
    "registry:attachment-*": local(_attachment),
    "registry:attachment-add": local(
        lambda place: {"public_id": registered_business(ward=place.ward).public_id}
    ),
    "registry:certificate-*": local(
        lambda place: {"public_id": make_certificate(at=timezone.now(), ward=place.ward).business.public_id}
    ),
    "admin:registry_consenttext_*": citywide(lambda place: {"object_id": consent_text().pk}),
    "door:step": citywide(lambda place: {"number": 1}),
    "registry:application-*": local(lambda place: {"public_id": waiting_application(place.ward).public_id}),
    "registry:application-reveal": local(
        lambda place: {"public_id": waiting_application(place.ward).public_id, "secret": "nik"}
    ),
    "registry:duplicate-*": local(_two_businesses),
    "registry:merge-undo": local(_merge),
    "registry:registration-*": local(
        lambda place: {"public_id": registered_business(ward=place.ward).public_id}
    ),
    "registry:registration-step": local(
        lambda place: {"public_id": registered_business(ward=place.ward).public_id, "step": "tangguhkan"}
    ),
    "registry:proposal-*": local(_proposal),
    "registry:proposal-batch*": local(_batch),
    "registry:proposal-withdraw": own(_proposal),
    "registry:reveal": local(
        lambda place: {"public_id": registered_business(ward=place.ward).public_id, "secret": "nik"}
    ),
}


def url_object(name: str) -> UrlObject | None:
    fitting = [pattern for pattern in URL_OBJECTS if fnmatch(name, pattern)]
    return URL_OBJECTS[max(fitting, key=len)] if fitting else None
