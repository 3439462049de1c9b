"""The queue of proposed changes, batches, and what became of one's own; the desk that proposes instead of saving."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry import actions
from registry.models import Business, ChangeProposal, Owner, ProposalState
from tests.factories import BusinessFactory, registered_business
from tests.factories.registry import AT, ChangeProposalFactory
from tests.registry.test_business_admin import as_shown, change_url, errors

pytestmark = pytest.mark.django_db

QUEUE, MINE = reverse("registry:proposal-list"), reverse("registry:proposal-mine")
NIK, OTHER_NIK = "3574014101900001", "3574014101900002"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def step(name: str, proposal: ChangeProposal) -> str:
    return reverse(f"registry:proposal-{name}", args=[proposal.public_id])


def proposal_at(place, people, *, by=None, batch=None, **values) -> ChangeProposal:
    business = registered_business(ward=place.ward, name="Kerupuk Ikan", workers_male=2)
    proposal = actions.propose_change(
        record=business,
        values=values or {"workers_male": 3},
        by=by or people.registrar_a,
        at=AT,
        reason="Surat pemilik",
        batch=batch,
    )
    assert proposal is not None
    return proposal


class TestTheQueue:
    def test_old_and_new_side_by_side_in_the_own_area(self, people):
        proposal_at(people.a, people, workers_male=3, ward=people.b.ward)

        html = signed_in(people.verifier_a).get(QUEUE).text

        assert "<td>2</td><td>3</td>" in html
        assert f"<td>{people.a.ward}</td><td>" in html
        assert "Surat pemilik" in html
        assert str(people.registrar_a) in html
        assert "Kerupuk Ikan" not in signed_in(people.verifier_b).get(QUEUE).text

    def test_personal_numbers_are_masked(self, people):
        owner = registered_business(ward=people.a.ward, owner__national_id=NIK).owner
        actions.propose_change(
            record=owner, values={"national_id": OTHER_NIK}, by=people.registrar_a, at=AT, reason="KTP"
        )

        html = signed_in(people.verifier_a).get(QUEUE).text

        assert "<td>3574••••••••0001</td><td>3574••••••••0002</td>" in html
        assert NIK not in html
        assert OTHER_NIK not in html

    def test_a_batch_is_one_line_until_it_is_opened(self, people):
        batch = uuid.uuid4()
        for _ in range(2):
            proposal_at(people.a, people, batch=batch)

        html = signed_in(people.verifier_a).get(QUEUE).text

        assert "2 usulan: Surat pemilik" in html
        assert "Setujui usulan" not in html
        page = signed_in(people.verifier_a).get(reverse("registry:proposal-batch", args=[batch])).text
        assert "Setujui semua (2)" in page
        assert page.count("Setujui usulan") == 2

    def test_narrowed_to_a_kecamatan_with_the_owners_who_live_or_work_there(self, people):
        here = proposal_at(people.a, people, workers_male=3)
        there = registered_business(ward=people.b.ward)
        proposed = [
            actions.propose_change(
                record=record, values={"name": "Nama baru"}, by=people.administrator, at=AT, reason="x"
            )
            for record in (there, there.owner)
        ]
        people.verifier_a.whole_city = True
        people.verifier_a.save()
        client = signed_in(people.verifier_a)

        shown = client.get(QUEUE, {"district": people.b.district.code}).context["lines"]

        assert [line.proposal for line in shown] == proposed
        assert here not in proposed
        assert client.get(QUEUE, {"district": "99"}).context["form"].errors

    @pytest.mark.parametrize("count", [1, 15])
    def test_more_proposals_cost_no_more_queries(self, people, count):
        for _ in range(count):
            proposal_at(people.a, people, workers_male=3, ward=people.b.ward)
        client = signed_in(people.verifier_a)
        client.get(QUEUE)  # the first page of a session writes when it began

        with CaptureQueriesContext(connection) as queries:
            client.get(QUEUE)

        # Session, user and area, kecamatan; page, batches, names of kelurahan; tabs and menu.
        assert len(queries) == 13

    def test_four_people_at_the_door(self, people):
        assert signed_in(people.verifier_a).get(QUEUE).status_code == 200
        assert signed_in(people.registrar_a).get(QUEUE).status_code == 403
        assert signed_in(people.official).get(QUEUE).status_code == 403
        assert Client().get(QUEUE).status_code == 302


class TestDeciding:
    def test_approved_it_is_so(self, people):
        proposal = proposal_at(people.a, people)

        response = signed_in(people.verifier_a).post(step("approve", proposal), follow=True)

        assert "Perubahan Kerupuk Ikan disetujui dan sekarang berlaku." in response.text
        assert Business.objects.get().workers_male == 3

    def test_refused_with_a_note_that_the_proposer_reads(self, people):
        proposal = proposal_at(people.a, people)
        client = signed_in(people.verifier_a)

        assert "wajib diisi" in client.post(step("refuse", proposal), {"note": " "}).text
        client.post(step("refuse", proposal), {"note": "Tanpa bukti"})

        html = signed_in(people.registrar_a).get(MINE).text
        assert "Ditolak" in html
        assert "Catatan: Tanpa bukti" in html
        assert Business.objects.get().workers_male == 2

    def test_an_outdated_one_is_409(self, people):
        proposal = proposal_at(people.a, people)
        Business.objects.update(workers_male=9, version=2)

        response = signed_in(people.verifier_a).post(step("approve", proposal))

        assert response.status_code == 409
        assert "sudah diubah sejak usulan ini dibuat" in response.text
        assert "Tidak berlaku lagi" in signed_in(people.registrar_a).get(MINE).text

    def test_the_proposer_is_offered_nothing_and_refused_with_409(self, people):
        proposal = proposal_at(people.a, people, by=people.verifier_a)
        client = signed_in(people.verifier_a)

        assert "Setujui usulan" not in client.get(QUEUE).text
        assert client.post(step("approve", proposal)).status_code == 409
        assert Business.objects.get().workers_male == 2

    def test_four_people_at_each_door(self, people):
        proposal = proposal_at(people.a, people)
        for name in ("approve", "refuse"):
            url = step(name, proposal)
            assert signed_in(people.verifier_b).post(url).status_code == 404
            assert signed_in(people.registrar_a).post(url).status_code == 403
            assert Client().post(url).status_code == 302
        url = step("withdraw", proposal)
        assert signed_in(people.registrar_b).post(url).status_code == 404
        assert signed_in(people.verifier_a).post(url).status_code == 403
        assert Client().post(url).status_code == 302
        assert ChangeProposal.objects.get().state == ProposalState.PENDING

    def test_withdrawn_by_its_proposer_once(self, people):
        proposal, client = proposal_at(people.a, people), signed_in(people.registrar_a)

        assert "ditarik" in client.post(step("withdraw", proposal), follow=True).text
        assert client.post(step("withdraw", proposal)).status_code == 409

    def test_a_batch_approved_and_what_could_not_be_is_listed(self, people):
        batch = uuid.uuid4()
        proposals = [proposal_at(people.a, people, batch=batch) for _ in range(3)]
        Business.objects.filter(pk=proposals[1].business_id).update(workers_male=9, version=2)
        url = reverse("registry:proposal-batch-approve", args=[batch])

        assert signed_in(people.verifier_b).post(url).status_code == 404
        assert signed_in(people.registrar_a).post(url).status_code == 403
        response = signed_in(people.verifier_a).post(url, follow=True)

        assert "2 perubahan disetujui" in response.text
        assert "Kerupuk Ikan: Data yang diusulkan sudah diubah" in response.text
        assert "0 menunggu persetujuan" in response.text

    def test_a_batch_refused_with_one_note(self, people):
        batch = uuid.uuid4()
        proposal_at(people.a, people, batch=batch)
        url = reverse("registry:proposal-batch-refuse", args=[batch])

        assert signed_in(people.verifier_a).get(url).status_code == 200
        signed_in(people.verifier_a).post(url, {"note": "Berkas keliru"})

        assert ChangeProposal.objects.get().note == "Berkas keliru"

    def test_one_s_own_batch_waits_for_somebody_else(self, people):
        batch = ChangeProposalFactory(
            business=registered_business(ward=people.a.ward),
            batch=uuid.uuid4(),
            proposed_by=people.verifier_a,
        ).batch
        client = signed_in(people.verifier_a)

        page = client.get(reverse("registry:proposal-batch", args=[batch])).text
        assert "harus disetujui orang lain" in page
        assert "Setujui semua" not in page
        assert client.post(reverse("registry:proposal-batch-approve", args=[batch])).status_code == 409


class TestTheDesk:
    def test_the_form_of_a_registered_business_proposes(self, people):
        business = registered_business(ward=people.a.ward, workers_male=2)
        client = signed_in(people.registrar_a)
        assert "baru berlaku setelah disetujui" in client.get(change_url(business)).text

        given = as_shown(business, workers_male="3", change_reason="Surat pemilik")
        response = client.post(change_url(business), given, follow=True)

        assert "Usulan perubahan dikirim" in response.text
        assert "UMKM tersimpan" not in response.text
        assert "<td>2</td><td>3</td>" in response.text
        assert Business.objects.get().workers_male == 2
        assert ChangeProposal.objects.get().changes == {"workers_male": [2, 3]}

    def test_without_a_reason_it_is_asked_for_and_all_is_kept(self, people):
        business = registered_business(ward=people.a.ward)

        response = signed_in(people.registrar_a).post(change_url(business), as_shown(business, name="Baru"))

        assert list(errors(response)) == ["change_reason"]
        assert 'value="Baru"' in response.text
        assert not ChangeProposal.objects.exists()

    def test_a_second_proposal_is_refused_and_all_is_kept(self, people):
        proposal = proposal_at(people.a, people)
        given = as_shown(proposal.business, name="Nama kedua", change_reason="x")

        response = signed_in(people.registrar_a).post(change_url(proposal.business), given)

        assert "Masih ada usulan" in errors(response)["__all__"][0]
        assert 'value="Nama kedua"' in response.text

    def test_permits_alone_need_neither_reason_nor_approval(self, people):
        business = registered_business(ward=people.a.ward)
        lines = {"permits-TOTAL_FORMS": "1", "permits-0-kind": "halal", "permits-0-number": "ID-1"}

        response = signed_in(people.registrar_a).post(
            change_url(business), as_shown(business, **lines), follow=True
        )

        assert "UMKM tersimpan" in response.text
        assert business.permits.get().number == "ID-1"
        assert not ChangeProposal.objects.exists()

    def test_the_second_of_two_editors_is_told(self, people):
        business = registered_business(ward=people.a.ward)
        Business.objects.update(version=2)

        response = signed_in(people.registrar_a).post(
            change_url(business), as_shown(business, name="Baru", change_reason="x")
        )

        assert "Data sudah diubah" in errors(response)["__all__"][0]

    def test_the_owner_of_a_registered_business_too(self, people):
        owner = registered_business(ward=people.a.ward).owner
        url = f"/admin/registry/owner/{owner.pk}/change/"
        client = signed_in(people.registrar_a)
        assert "baru berlaku setelah disetujui" in client.get(url).text

        given = {"name": "Nama baru", "ward": people.a.ward.pk, "seen_version": 1, "change_reason": "KTP"}
        client.post(url, given)

        assert Owner.objects.get(pk=owner.pk).name == owner.name
        assert ChangeProposal.objects.get().changes == {"name": [owner.name, "Nama baru"]}


class TestTheDeskSaysItFirst:
    """What cannot be sent, or has to be put right, is told before anything is typed."""

    def test_that_a_proposal_is_waiting(self, people):
        proposal = proposal_at(people.a, people)
        client, form = signed_in(people.registrar_a), change_url(proposal.business)
        assert "Masih ada usulan perubahan yang menunggu" in client.get(form).text
        actions.withdraw_proposal(proposal=proposal, by=people.registrar_a, at=AT)
        assert "Masih ada usulan perubahan yang menunggu" not in client.get(form).text

    def test_why_a_registration_was_returned(self, people):
        business = BusinessFactory(ward=people.a.ward, registration__state="draft")
        form = change_url(business)
        actions.submit_registration(registration=business.registration, by=people.registrar_a, at=AT)
        actions.return_registration(
            registration=business.registration, by=people.verifier_a, at=AT, reason="Alamat belum lengkap."
        )
        client = signed_in(people.registrar_a)
        shown = client.get(form).text
        assert "Dikembalikan oleh verifikator" in shown
        assert "Alamat belum lengkap." in shown

        business.registration.refresh_from_db()
        actions.submit_registration(registration=business.registration, by=people.registrar_a, at=AT)
        assert "Dikembalikan oleh verifikator" not in client.get(form).text
