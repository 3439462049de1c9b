"""The register as its people use it: who may do which step, and what is left behind."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from core import audit
from core.models import AuditEvent, Verb
from core.roles import Role
from registry import actions
from registry.models import (
    Business,
    BusinessPermit,
    BusinessStatus,
    OnlineAccount,
    Owner,
    Registration,
    RegistrationCounter,
    RegistrationState,
)
from tests.factories import BusinessFactory, OwnerFactory, SectorFactory, registered_business

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=42)


def new_business(people, **given) -> Business:
    values = {
        "name": "Kerupuk Ikan",
        "owner": OwnerFactory(ward=people.a.ward),
        "sector": SectorFactory(),
        "ward": people.a.ward,
    }
    return Business(**values | given)


def saved(people, **given) -> Business:
    return actions.save_business(business=new_business(people, **given), by=people.registrar_a, at=AT)


def submitted(people, **given) -> Registration:
    business = saved(people, **given)
    return actions.submit_registration(registration=business.registration, by=people.registrar_a, at=AT)


def last_event() -> AuditEvent:
    event = AuditEvent.objects.order_by("-id").first()
    assert event is not None
    return event


class TestSavingAnOwner:
    def test_the_kecamatan_follows_the_kelurahan_and_the_event_masks_the_nik(self, people):
        owner = Owner(name="Ibu Contoh", national_id="9901010101900001", ward=people.a.ward)

        actions.save_owner(owner=owner, by=people.registrar_a, at=AT)

        stored = Owner.objects.get()
        assert (stored.district, stored.created_at, stored.updated_at) == (people.a.district, AT, AT)
        assert stored.version == 1
        event = last_event()
        assert (event.verb, event.actor_name) == (Verb.CREATED, str(people.registrar_a))
        assert event.changes["national_id"] == [None, audit.MASK]
        assert "9901010101900001" not in str(event.changes)

    def test_a_nik_that_is_taken_is_refused_without_naming_anybody(self, people):
        other = OwnerFactory()
        owner = Owner(name="Ibu Contoh", national_id=other.national_id, ward=people.a.ward)

        with pytest.raises(actions.AlreadyTaken) as refused:
            actions.save_owner(owner=owner, by=people.registrar_a, at=AT)

        assert str(refused.value) == "NIK ini sudah terdaftar pada pelaku usaha lain."
        assert Owner.objects.count() == 1
        assert not AuditEvent.objects.exists()

    def test_a_changed_phone_is_found_by_its_new_number(self, people):
        owner = OwnerFactory(phone="+628110000001")
        owner.phone = "+628110000002"

        actions.save_owner(owner=owner, by=people.registrar_a, at=LATER)

        assert Owner.objects.with_phone("+628110000002").get() == owner
        assert not Owner.objects.with_phone("+628110000001").exists()


class TestSavingABusiness:
    def test_a_new_one_has_a_draft_registration_and_an_event(self, people):
        business = saved(people)

        stored = Business.objects.get()
        assert (stored.district, stored.created_at, stored.version) == (people.a.district, AT, 1)
        assert business.registration.state == RegistrationState.DRAFT
        event = last_event()
        assert (event.verb, event.district_id) == (Verb.CREATED, people.a.district.pk)
        assert event.changes["sector"] == [None, business.sector_id]
        assert event.changes["name"] == [None, audit.MASK]

    def test_a_change_tells_old_and_new_and_raises_the_version(self, people):
        business = saved(people, workers_male=2)
        business.workers_male = 3

        actions.save_business(business=business, by=people.registrar_a, at=LATER, reason="Data baru")

        stored = Business.objects.get()
        assert (stored.workers_male, stored.version, stored.updated_at) == (3, 2, LATER)
        assert stored.created_at == AT
        event = last_event()
        assert (event.verb, event.changes, event.reason) == (
            Verb.CHANGED,
            {"workers_male": [2, 3]},
            "Data baru",
        )

    def test_saving_without_a_change_writes_nothing(self, people):
        business = saved(people)

        actions.save_business(business=business, by=people.registrar_a, at=LATER)

        assert Business.objects.get().version == 1
        assert AuditEvent.objects.count() == 1

    def test_the_second_of_two_editors_is_told_who_was_first(self, people):
        business = saved(people, workers_male=2)
        first, second = Business.objects.get(pk=business.pk), Business.objects.get(pk=business.pk)
        first.workers_male, second.workers_male = 5, 9
        actions.save_business(business=first, by=people.administrator, at=LATER)

        with pytest.raises(actions.StaleRecord) as refused:
            actions.save_business(business=second, by=people.registrar_a, at=LATER)

        assert str(refused.value).startswith(
            f"Data sudah diubah oleh {people.administrator} pada 5 Maret 2026 10.42 WIB."
        )
        assert Business.objects.get().workers_male == 5

    def test_the_version_the_editor_saw_counts_not_the_one_just_read(self, people):
        business = saved(people, workers_male=2)
        business.workers_male = 5
        actions.save_business(business=business, by=people.administrator, at=LATER)
        fresh = Business.objects.get()
        fresh.workers_male = 9

        with pytest.raises(actions.StaleRecord):
            actions.save_business(business=fresh, by=people.registrar_a, at=LATER, expected_version=1)

    def test_somebody_who_only_looked_at_personal_data_is_not_named(self, people):
        business = saved(people, npwp="990101010190123")
        Business.objects.filter(pk=business.pk).update(version=2)
        actions.reveal(
            record=business, field="npwp", reason="Mencocokkan berkas", by=people.official, at=LATER
        )
        business.workers_male = 1

        with pytest.raises(actions.StaleRecord) as refused:
            actions.save_business(business=business, by=people.registrar_a, at=LATER)

        assert str(people.registrar_a) in str(refused.value)

    def test_an_edit_leaves_the_status_as_it_stands(self, people):
        business = saved(people)
        stale_status = Business.objects.get()
        actions.change_status(
            business=business,
            status=BusinessStatus.CLOSED,
            on=date(2026, 3, 1),
            by=people.registrar_a,
            at=AT,
            reason="Tutup",
        )
        stale_status.workers_male = 1

        actions.save_business(business=stale_status, by=people.registrar_a, at=LATER, expected_version=2)

        assert Business.objects.get().status == BusinessStatus.CLOSED

    def test_a_nib_of_another_owner_is_refused_without_naming_the_record(self, people):
        saved(people, name="Usaha Orang Lain", nib="9120001234567")

        with pytest.raises(actions.AlreadyTaken) as refused:
            saved(people, nib="9120001234567")

        assert str(refused.value) == "NIB ini sudah dipakai UMKM milik pelaku usaha lain."
        assert Business.objects.count() == 1

    def test_one_owner_may_use_a_nib_for_several_businesses(self, people):
        first = saved(people, nib="9120001234567")

        saved(people, nib="9120001234567", owner=first.owner)

        assert Business.objects.filter(nib="9120001234567").count() == 2

    def test_a_reconstructed_row_cannot_be_edited(self, people):
        business = BusinessFactory(is_reconstruction=True, ward=None, district=None, owner=None)
        business.is_reconstruction = False
        business.name = "Diganti"

        with pytest.raises(actions.WrongState, match="Baris rekonstruksi"):
            actions.save_business(business=business, by=people.registrar_a, at=AT)

    def test_a_failing_audit_trail_keeps_the_change_from_being_stored(self, people, monkeypatch):
        def fail(*args: object, **kwargs: object) -> None:
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(audit, "record", fail)
        with pytest.raises(RuntimeError):
            saved(people)

        assert not Business.objects.exists()


class TestPermitsAndOnlineAccounts:
    def test_added_changed_and_removed_lines_are_one_event(self, people):
        business = saved(people)
        halal = BusinessPermit.objects.create(business=business, kind="halal", number="ID-1")
        pirt = BusinessPermit.objects.create(business=business, kind="pirt", number="P-1")
        halal.number = "ID-2"
        shop = OnlineAccount(platform="marketplace", name="kerupuk.ikan")

        actions.save_lines(
            business=business, saved=[halal, shop], deleted=[pirt], by=people.registrar_a, at=LATER
        )

        assert [str(permit.number) for permit in business.permits.all()] == ["ID-2"]
        assert last_event().changes == {
            "izin PIRT": ["P-1", None],
            "izin Sertifikat halal": ["ID-1", "ID-2"],
            "akun marketplace": [None, audit.MASK],
        }
        assert Business.objects.get().version == business.version == 2

    def test_lines_as_they_were_leave_no_event(self, people):
        business = saved(people)
        halal = BusinessPermit.objects.create(business=business, kind="halal", number="ID-1")

        actions.save_lines(business=business, saved=[halal], deleted=[], by=people.registrar_a, at=LATER)

        assert AuditEvent.objects.count() == 1


class TestRegistration:
    def test_draft_submitted_registered_by_a_second_person(self, people):
        registration = submitted(people)
        assert (registration.state, registration.submitted_by) == ("submitted", people.registrar_a)

        actions.approve_registration(registration=registration, by=people.verifier_a, at=LATER)

        stored = Registration.objects.get()
        assert (stored.state, stored.number) == (RegistrationState.REGISTERED, "99.01-2026-000001")
        assert (stored.registered_at, stored.registered_by) == (LATER, people.verifier_a)
        assert list(Business.objects.registered()) == [stored.business]
        event = last_event()
        assert (event.verb, event.district_id) == (Verb.APPROVED, people.a.district.pk)
        assert event.object_label == "Kerupuk Ikan"

    def test_the_year_of_the_number_is_the_year_in_jakarta(self, people):
        new_year_in_jakarta = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)

        registration = actions.approve_registration(
            registration=submitted(people), by=people.verifier_a, at=new_year_in_jakarta
        )

        assert registration.number == "99.01-2027-000001"

    def test_numbers_go_on_within_a_year_and_begin_anew_in_the_next(self, people):
        numbers = [
            actions.approve_registration(registration=submitted(people), by=people.verifier_a, at=at).number
            for at in (AT, LATER, AT.replace(year=2027))
        ]

        assert numbers == ["99.01-2026-000001", "99.01-2026-000002", "99.01-2027-000001"]

    def test_the_submitter_never_approves(self, people):
        registration = submitted(people)
        people.registrar_a.role = Role.VERIFIER

        with pytest.raises(actions.SamePerson, match="harus disetujui orang lain"):
            actions.approve_registration(registration=registration, by=people.registrar_a, at=LATER)

        assert Registration.objects.get().state == RegistrationState.SUBMITTED
        assert not RegistrationCounter.objects.exists()

    def test_only_a_draft_is_submitted_and_only_a_submitted_one_approved(self, people):
        registration = saved(people).registration

        with pytest.raises(actions.WrongState, match="pendaftaran ini draf"):
            actions.approve_registration(registration=registration, by=people.verifier_a, at=AT)
        actions.submit_registration(registration=registration, by=people.registrar_a, at=AT)
        with pytest.raises(actions.WrongState, match="pendaftaran ini menunggu verifikasi"):
            actions.submit_registration(registration=registration, by=people.registrar_a, at=AT)
        actions.approve_registration(registration=registration, by=people.verifier_a, at=AT)
        with pytest.raises(actions.WrongState, match="pendaftaran ini terdaftar"):
            actions.approve_registration(registration=registration, by=people.verifier_a, at=AT)

        assert RegistrationCounter.objects.get().last == 1

    def test_what_is_missing_is_named(self, people):
        registration = saved(people, owner=None).registration

        with pytest.raises(actions.Incomplete, match="Lengkapi dahulu: pelaku usaha"):
            actions.submit_registration(registration=registration, by=people.registrar_a, at=AT)

    def test_an_approval_that_fails_gives_its_number_back(self, people, monkeypatch):
        first, second = submitted(people), submitted(people)
        actions.take_registration(registration=first, by=people.verifier_a, at=AT)
        with monkeypatch.context() as broken:
            broken.setattr("registry.actions.registrations._go", lambda *args, **kwargs: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                actions.approve_registration(registration=first, by=people.verifier_a, at=AT)

        actions.approve_registration(registration=second, by=people.verifier_a, at=AT)

        assert Registration.objects.get(state="registered").number == "99.01-2026-000001"

    def test_a_business_found_in_the_field_becomes_active(self, people):
        registration = submitted(people, status=BusinessStatus.FOUND_IN_FIELD)

        actions.approve_registration(registration=registration, by=people.verifier_a, at=LATER)

        assert Business.objects.get().status == BusinessStatus.ACTIVE
        assert last_event().changes["status"] == ["found_in_field", "active"]

    def test_a_reconstructed_row_cannot_be_registered(self, people):
        business = BusinessFactory(is_reconstruction=True, ward=None, district=None, owner=None)
        registration = Registration.objects.create(business=business)

        with pytest.raises(actions.WrongState, match="Baris rekonstruksi"):
            actions.submit_registration(registration=registration, by=people.registrar_a, at=AT)


class TestStatus:
    def change(self, people, business, status, on=date(2026, 3, 1), reason="Pemilik memberi tahu"):
        return actions.change_status(
            business=business, status=status, on=on, by=people.registrar_a, at=AT, reason=reason
        )

    def test_closed_with_a_date_and_active_again(self, people):
        business = registered_business(ward=people.a.ward)

        self.change(people, business, BusinessStatus.CLOSED)
        assert Business.objects.get().status_since == date(2026, 3, 1)
        assert not Business.objects.registered().exists()
        event = last_event()
        assert (event.verb, event.reason) == (Verb.STATUS_CHANGED, "Pemilik memberi tahu")
        assert event.changes == {"status": ["active", "closed"], "status_since": [None, "2026-03-01"]}

        self.change(people, business, BusinessStatus.ACTIVE, on=date(2026, 3, 5))
        assert list(Business.objects.registered()) == [business]

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"status": BusinessStatus.ACTIVE}, "sudah aktif"),
            ({"status": BusinessStatus.FOUND_IN_FIELD}, "tidak dapat dipilih"),
            ({"status": BusinessStatus.CLOSED, "on": date(2026, 3, 6)}, "masa depan"),
            ({"status": BusinessStatus.CLOSED, "on": date(2019, 1, 1)}, "sebelum usaha dimulai"),
            ({"status": BusinessStatus.MOVED, "reason": "  "}, "Alasan belum diisi"),
        ],
    )
    def test_what_cannot_be_is_refused(self, people, given, message):
        business = registered_business(ward=people.a.ward, started_on=date(2020, 1, 1))

        with pytest.raises(actions.ActionError, match=message):
            self.change(people, business, **given)

        assert Business.objects.get().status == BusinessStatus.ACTIVE
        assert not AuditEvent.objects.exists()

    def test_found_in_the_field_is_not_made_active_by_hand(self, people):
        business = BusinessFactory(ward=people.a.ward, status=BusinessStatus.FOUND_IN_FIELD)

        with pytest.raises(actions.WrongState, match="setelah pendaftarannya disetujui"):
            self.change(people, business, BusinessStatus.ACTIVE)


class TestRevealing:
    REASON = "Mencocokkan KTP di loket"

    def test_the_value_comes_with_an_event_that_does_not_hold_it(self, people):
        owner = OwnerFactory(ward=people.a.ward)

        value = actions.reveal(
            record=owner, field="national_id", reason=self.REASON, by=people.official, at=AT
        )

        assert value == owner.national_id
        event = last_event()
        assert (event.verb, event.reason) == (Verb.REVEALED, self.REASON)
        assert list(event.changes) == ["national_id"]
        assert value not in str([event.changes, event.object_label, event.reason])

    def test_who_may_not_see_it_gets_nothing(self, people):
        with pytest.raises(PermissionDenied):
            actions.reveal(record=OwnerFactory(), field="phone", reason=self.REASON, by=people.trainer, at=AT)

    @pytest.mark.parametrize(
        ("field", "reason", "message"),
        [
            ("national_id", "ingin tah", "paling sedikit 10 huruf"),
            ("national_id", "   a      b  ", "paling sedikit 10 huruf"),
            ("address", REASON, "tidak tersamar"),
            ("phone", REASON, "belum diisi"),
        ],
    )
    def test_refused_without_an_event(self, people, field, reason, message):
        owner = OwnerFactory(phone=None)

        with pytest.raises(actions.ActionError, match=message):
            actions.reveal(record=owner, field=field, reason=reason, by=people.official, at=AT)

        assert not AuditEvent.objects.exists()
