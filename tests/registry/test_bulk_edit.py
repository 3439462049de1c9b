"""Many businesses at once: seen before it happens, one act with one reason, nobody's work overwritten."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import jobs
from core.models import AuditEvent, Job, JobState, User, Verb
from registry.actions import Incomplete, WrongState, bulk_edits, go_on, preview_bulk_edit, start_bulk_edit
from registry.models import BulkEdit, Business, ChangeProposal, Outcome, ProposalState, Sector
from tests.core.importing.working import work_off_the_queue
from tests.factories import BusinessFactory, SectorFactory, registered_business
from tests.factories.registry import AT
from tests.people import People

pytestmark = pytest.mark.django_db
PAGE, LIST = reverse("registry:bulk-edit"), reverse("registry:business-list")
REASON = "Pemutakhiran kode KBLI 2026"


@pytest.fixture
def food() -> Sector:
    sector: Sector = SectorFactory(
        code="I", name="Makan Minum", study_row=5, study_label="Makan Minum", division_first="55",
        division_last="56",
    )  # fmt: skip
    return sector


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def preview(by: User, businesses: Any = None, **values: Any) -> BulkEdit:
    rows = Business.objects.for_user(by) if businesses is None else businesses
    return preview_bulk_edit(businesses=rows, values=values, reason=REASON, described="semua", by=by, at=AT)


def outcomes(edit: BulkEdit) -> dict[str, str]:
    return dict(edit.rows.values_list("business__name", "outcome"))


def apply(edit: BulkEdit, by: User) -> BulkEdit:
    assert not start_bulk_edit(edit=edit, by=by, at=AT)
    edit.refresh_from_db()
    return edit


class TestThePreview:
    def test_it_says_what_would_change_and_why_not(self, people: People, food: Sector) -> None:
        BusinessFactory(ward=people.a.ward, name="Warung", sector=food)
        BusinessFactory(ward=people.a.ward, name="Sudah", sector=food, kbli_code="56101")
        BusinessFactory(
            ward=people.a.ward,
            name="Kayu",
            sector=SectorFactory(code="C", division_first="10", division_last="33", study_row=2),
        )
        BusinessFactory(ward=None, district=None, owner=None, name="Tersusun", is_reconstruction=True)
        BusinessFactory(ward=people.b.ward, name="Di sana", sector=food)

        edit = preview(people.administrator, kbli_code="56101")

        assert outcomes(edit) == {
            "Warung": Outcome.WAITING, "Di sana": Outcome.WAITING, "Sudah": Outcome.UNCHANGED,
            "Kayu": Outcome.MISFIT, "Tersusun": Outcome.RECONSTRUCTION,
        }  # fmt: skip
        assert not Business.objects.filter(version__gt=1).exists()
        assert set(outcomes(preview(people.registrar_a, kbli_code="56101"))) == {"Warung", "Sudah", "Kayu"}

    def test_where_nothing_changes_it_says_so_and_leads_back(self, people: People, food: Sector) -> None:
        BusinessFactory(ward=people.a.ward, sector=food, legal_form="")
        edit = preview(people.registrar_a, legal_form="")
        html = (
            signed_in(people.registrar_a)
            .get(reverse("registry:bulk-edit-detail", args=[edit.public_id]))
            .text
        )
        assert "Tidak ada yang akan berubah." in html
        assert "(dikosongkan)" in html
        assert f'<a class="back-link" href="{reverse("registry:business-list")}">' in html

    def test_a_new_one_takes_the_place_of_what_was_not_applied(self, people: People) -> None:
        BusinessFactory(ward=people.a.ward)
        preview(people.registrar_a, legal_form="entity")
        others = preview(people.registrar_b, legal_form="entity")
        done = apply(preview(people.registrar_a, legal_form="entity"), people.registrar_a)
        last = preview(people.registrar_a, legal_form="individual")

        assert set(BulkEdit.objects.all()) == {others, done, last}

    @pytest.mark.parametrize("values", [{}, {"name": "x"}, {"status": "closed"}])
    def test_nothing_and_other_fields_are_refused(self, people: People, values: dict[str, Any]) -> None:
        with pytest.raises(Incomplete):
            preview(people.registrar_a, **values)

    def test_who_may_not_is_refused_by_the_action_too(self, people: People) -> None:
        with pytest.raises(PermissionDenied):
            preview(people.verifier_a, legal_form="entity")


class TestApplying:
    def test_drafts_change_at_once_each_with_its_event(self, people: People, food: Sector) -> None:
        rows = [BusinessFactory(ward=people.a.ward, sector=food, legal_form="individual") for _ in range(3)]

        edit = apply(preview(people.registrar_a, kbli_code="56101", legal_form=""), people.registrar_a)

        assert set(outcomes(edit).values()) == {Outcome.CHANGED}
        assert set(Business.objects.values_list("kbli_code", "legal_form", "version", "updated_at")) == {
            ("56101", "", 2, AT)
        }
        events = AuditEvent.objects.filter(batch=edit.public_id, verb=Verb.CHANGED)
        assert {event.object_id for event in events} == {str(row.pk) for row in rows}
        for event in events:
            assert event.reason == REASON
            assert event.changes == {"kbli_code": [None, "56101"], "legal_form": ["individual", None]}
            assert event.district_id == people.a.district.pk
        assert edit.state == "done"

    def test_the_kecamatan_follows_the_kelurahan(self, people: People) -> None:
        BusinessFactory(ward=people.a.ward)

        apply(preview(people.administrator, ward=people.b.ward.pk), people.administrator)

        assert Business.objects.get().district == people.b.district

    def test_of_registered_ones_the_change_is_proposed_as_one_batch(
        self, people: People, food: Sector
    ) -> None:
        draft = BusinessFactory(ward=people.a.ward, sector=food, name="Draf")
        on_register = registered_business(ward=people.a.ward, sector=food, name="Terdaftar")

        edit = apply(preview(people.registrar_a, kbli_code="56101"), people.registrar_a)

        assert outcomes(edit) == {"Draf": Outcome.CHANGED, "Terdaftar": Outcome.PROPOSED}
        draft.refresh_from_db()
        on_register.refresh_from_db()
        assert (draft.kbli_code, on_register.kbli_code) == ("56101", "")
        proposal = ChangeProposal.objects.get()
        assert (proposal.business, proposal.batch, proposal.reason) == (on_register, edit.public_id, REASON)
        assert proposal.state == ProposalState.PENDING
        again = apply(preview(people.registrar_a, kbli_code="56102"), people.registrar_a)
        assert outcomes(again)["Terdaftar"] == Outcome.PENDING

    def test_what_somebody_changed_since_is_left_out_and_listed(self, people: People) -> None:
        BusinessFactory(ward=people.a.ward, name="Tetap")
        busy = BusinessFactory(ward=people.a.ward, name="Sibuk")
        moved = BusinessFactory(ward=people.a.ward, name="Pindah")
        edit = preview(people.registrar_a, legal_form="entity")
        Business.objects.filter(pk=busy.pk).update(version=2, products="Roti")
        Business.objects.filter(pk=moved.pk).update(district=people.b.district, ward=people.b.ward)

        apply(edit, people.registrar_a)

        assert outcomes(edit) == {
            "Tetap": Outcome.CHANGED, "Sibuk": Outcome.EDITED, "Pindah": Outcome.OUTSIDE,
        }  # fmt: skip
        busy.refresh_from_db()
        assert (busy.legal_form, busy.products) == ("", "Roti")
        assert not AuditEvent.objects.about(busy).filter(batch=edit.public_id).exists()

    def test_once_and_by_nobody_else(self, people: People) -> None:
        BusinessFactory(ward=people.a.ward)
        edit = preview(people.registrar_a, legal_form="entity")

        with pytest.raises(WrongState):
            start_bulk_edit(edit=edit, by=people.administrator, at=AT)
        apply(edit, people.registrar_a)
        with pytest.raises(WrongState, match="sudah diterapkan"):
            start_bulk_edit(edit=edit, by=people.registrar_a, at=AT)

    def test_rows_are_written_set_by_set(self, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
        def queries(many: int) -> int:
            BusinessFactory.create_batch(many, ward=people.a.ward)
            edit = preview(people.registrar_a, legal_form=f"{'entity' if many == 3 else 'household'}")
            with CaptureQueriesContext(connection) as captured:
                start_bulk_edit(edit=edit, by=people.registrar_a, at=AT)
            return len(captured)

        queries(1)  # opens the audit chain
        assert queries(3) == queries(40)


class TestTheJob:
    def test_many_are_a_job_that_goes_on_where_it_broke_off(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk_edits, "AT_ONCE", 2)
        monkeypatch.setattr(bulk_edits, "CHUNK", 2)
        BusinessFactory.create_batch(5, ward=people.a.ward)
        edit = preview(people.registrar_a, legal_form="entity")
        assert start_bulk_edit(edit=edit, by=people.registrar_a, at=AT)
        go_on(edit=edit)  # a worker that died after its first chunk

        running = jobs.claim("w")
        assert running is not None
        assert jobs.run(running) == "done"

        edit.refresh_from_db()
        assert (edit.state, set(outcomes(edit).values())) == ("done", {Outcome.CHANGED})
        assert set(Business.objects.values_list("version", flat=True)) == {2}
        assert AuditEvent.objects.filter(batch=edit.public_id).count() == 5
        job = Job.objects.get()
        assert (job.state, job.done, job.total) == (JobState.DONE, 5, 5)

    def test_stopped_it_keeps_what_is_done_and_can_be_gone_on_with(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk_edits, "AT_ONCE", 2)
        monkeypatch.setattr(bulk_edits, "CHUNK", 2)
        BusinessFactory.create_batch(5, ward=people.a.ward)
        edit = preview(people.registrar_a, legal_form="entity")
        client = signed_in(people.registrar_a)
        client.post(reverse("registry:bulk-edit-apply", args=[edit.public_id]))
        edit.refresh_from_db()
        go_on(edit=edit)
        assert "Hentikan" in client.get(edit.get_absolute_url()).text

        client.post(reverse("registry:bulk-edit-stop", args=[edit.public_id]))
        work_off_the_queue()
        shown = client.get(edit.get_absolute_url()).text
        assert "3 UMKM belum diubah" in shown
        assert "Lanjutkan" in shown
        assert Business.objects.filter(legal_form="entity").count() == 2

        client.post(reverse("registry:bulk-edit-apply", args=[edit.public_id]))
        work_off_the_queue()
        assert Business.objects.filter(legal_form="entity", version=2).count() == 5
        assert "Lanjutkan" not in client.get(edit.get_absolute_url()).text
        edit.refresh_from_db()
        assert (edit.state, edit.applied_at) == (
            "done",
            AuditEvent.objects.filter(batch=edit.public_id)[0].at,
        )

    def test_one_that_runs_is_not_started_again(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk_edits, "AT_ONCE", 0)
        BusinessFactory(ward=people.a.ward)
        edit = preview(people.registrar_a, legal_form="entity")
        start_bulk_edit(edit=edit, by=people.registrar_a, at=AT)
        with pytest.raises(WrongState, match="sudah diterapkan"):
            start_bulk_edit(edit=edit, by=people.registrar_a, at=AT)
        assert Job.objects.count() == 1

    def test_a_small_one_is_done_as_a_whole_or_not_at_all(
        self, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        BusinessFactory(ward=people.a.ward)
        edit = preview(people.registrar_a, legal_form="entity")
        monkeypatch.setattr(bulk_edits, "go_on", Mock(side_effect=OSError("aborted")))
        with pytest.raises(OSError, match="aborted"):
            start_bulk_edit(edit=edit, by=people.registrar_a, at=AT)
        edit.refresh_from_db()
        assert edit.is_preview


class TestThePages:
    def chosen(self, **values: str) -> dict[str, str]:
        return {f"baru-{name}": value for name, value in {"reason": REASON, **values}.items()}

    def test_exactly_the_rows_of_the_list(self, people: People, food: Sector) -> None:
        for number in range(3):
            BusinessFactory(ward=people.a.ward, name=f"Warung {number}", sector=food)
        BusinessFactory(ward=people.a.ward, name="Toko", sector=food)
        client = signed_in(people.registrar_a)
        assert client.get(PAGE, {"search": "warung"}).context["rows"] == 3

        response = client.post(PAGE, {"search": "warung", **self.chosen(kbli_code="56101")}, follow=True)

        assert "3 UMKM akan diubah" in response.text
        assert "56101" in response.text
        assert "Toko" not in response.text
        edit = BulkEdit.objects.get()
        assert edit.described == "semua baris; dengan pencarian"
        done = client.post(reverse("registry:bulk-edit-apply", args=[edit.public_id]), follow=True)
        assert "Diubah: 3" in done.text
        again = client.post(reverse("registry:bulk-edit-apply", args=[edit.public_id]), follow=True)
        assert "sudah diterapkan" in again.text

    def test_or_those_ticked_but_none_from_elsewhere(self, people: People) -> None:
        here, other = (BusinessFactory(ward=people.a.ward, name=name) for name in ("Ini", "Itu"))
        there = BusinessFactory(ward=people.b.ward, name="Sana")
        ticked = [str(here.public_id), str(there.public_id), "bukan-id"]

        response = signed_in(people.registrar_a).post(
            PAGE, {"id": ticked, **self.chosen(is_branch_or_subsidiary="true")}, follow=True
        )

        assert "1 baris pilihan tidak ada atau di luar wilayah kerja Anda" in response.text
        assert "Sana" not in response.text
        assert outcomes(BulkEdit.objects.get()) == {"Ini": Outcome.WAITING}
        assert other.name not in response.text

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"reason": "x", "legal_form": "entity"}, "reason"),
            ({"kbli_code": "5610"}, "kbli_code"),
            ({"legal_form": "raksasa"}, "legal_form"),
            ({}, "__all__"),
        ],
    )
    def test_what_cannot_be_is_said_and_kept(
        self, people: People, values: dict[str, str], field: str
    ) -> None:
        response = signed_in(people.registrar_a).post(PAGE, self.chosen(**values))

        assert field in response.context["form"].errors
        assert not BulkEdit.objects.exists()

    def test_a_code_of_another_section_is_refused_before_the_preview(
        self, people: People, food: Sector
    ) -> None:
        response = signed_in(people.registrar_a).post(
            PAGE, self.chosen(sector=str(food.pk), kbli_code="47111")
        )

        assert "tidak termasuk jenis usaha" in response.text

    def test_a_kelurahan_elsewhere_cannot_be_chosen(self, people: People) -> None:
        response = signed_in(people.registrar_a).post(PAGE, self.chosen(ward=str(people.b.ward.pk)))

        assert "ward" in response.context["form"].errors

    def test_emptying_is_said_by_a_dash(self, people: People) -> None:
        BusinessFactory(
            ward=people.a.ward, kbli_code="56101", micro_kind="grown", is_branch_or_subsidiary=True
        )
        chosen = self.chosen(kbli_code="-", micro_kind="-", is_branch_or_subsidiary="-")

        client = signed_in(people.registrar_a)
        client.post(PAGE, chosen)
        client.post(reverse("registry:bulk-edit-apply", args=[BulkEdit.objects.get().public_id]))

        row = Business.objects.get()
        assert (row.kbli_code, row.micro_kind, row.is_branch_or_subsidiary) == ("", "", None)

    def test_four_people_at_the_doors(self, people: People) -> None:
        BusinessFactory(ward=people.a.ward)
        edit = preview(people.registrar_a, legal_form="entity")
        for address in (PAGE, edit.get_absolute_url()):
            assert signed_in(people.registrar_a).get(address).status_code == 200
            assert signed_in(people.verifier_a).get(address).status_code == 403
            assert Client().get(address).status_code == 302
        assert signed_in(people.registrar_b).get(edit.get_absolute_url()).status_code == 404
        assert (
            signed_in(people.registrar_b)
            .post(reverse("registry:bulk-edit-apply", args=[edit.public_id]))
            .status_code
            == 404
        )
        assert "Ubah sekaligus" in signed_in(people.registrar_a).get(LIST).text
        assert "Ubah sekaligus" not in signed_in(people.verifier_a).get(LIST).text

    def test_a_long_preview_has_pages_and_costs_no_more_queries(self, people: People) -> None:
        def cost(many: int) -> int:
            BusinessFactory.create_batch(many, ward=people.a.ward)
            edit = preview(people.registrar_a, legal_form="entity")
            client = signed_in(people.registrar_a)
            with CaptureQueriesContext(connection) as captured:
                response = client.get(edit.get_absolute_url())
            assert len(response.context["shown"].lines) == min(50, Business.objects.count())
            return len(captured)

        assert cost(3) == cost(57)


def test_a_business_that_left_the_area_since_is_not_shown(people: People, food: Sector) -> None:
    BusinessFactory(ward=people.a.ward, name="Masih Di Sini", sector=food)
    gone = BusinessFactory(ward=people.a.ward, name="Sudah Pindah", sector=food)
    edit = preview(people.registrar_a, kbli_code="56101")
    Business.objects.filter(pk=gone.pk).update(ward=people.b.ward, district=people.b.district)
    shown = signed_in(people.registrar_a).get(edit.get_absolute_url()).content.decode()
    assert "Masih Di Sini" in shown
    assert "Sudah Pindah" not in shown
