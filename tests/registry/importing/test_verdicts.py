"""What a row is about: the keys by which records are known, how policies count differences, whose records they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.importing import batches
from core.importing.batches import WrongBatchState, WrongColumns
from core.models import ImportMapping, User
from registry.importing.known import Known
from registry.models import Business, ChangeProposal, Owner
from tests.factories import (
    BusinessFactory,
    OwnerFactory,
    SectorFactory,
    UserFactory,
    WardFactory,
    registered_business,
)
from tests.factories.imports import AT, committed, errors_of, make_batch, row_of, staged

pytestmark = pytest.mark.django_db
NIK, OTHER_NIK = "3574014101900001", "3574014101900002"
COMPLETE: dict[str, Any] = {
    "Nama usaha": "Warung Bu Siti",
    "Nama pelaku usaha": "Siti Aminah",
    "NIK": NIK,
    "Nomor telepon": "+6281234567890",
    "Jenis usaha": "I",
    "Kelurahan": "Mayangan",
}


@pytest.fixture
def desk(db: None) -> User:
    WardFactory(name="Mayangan")
    SectorFactory(code="I", name="Bagian I", study_row=None, study_label="")
    user: User = UserFactory()
    return user


def known(desk: User, **fields: Any) -> Business:
    """The business of COMPLETE, in the register already."""
    committed(staged(desk, [list(COMPLETE.values())], list(COMPLETE)), desk)
    business = Business.objects.select_related("owner").get()
    for name, value in fields.items():
        setattr(business, name, value)
    business.save()
    return business


def again(desk: User, policy: str = "overwrite", **cells: Any) -> Any:
    chosen = {**COMPLETE, **cells}
    return staged(desk, [list(chosen.values())], list(chosen), policy=policy)


def test_a_code_finds_its_business_and_any_column_may_change(desk: User) -> None:
    business = known(desk)
    batch = staged(
        desk, [[str(business.public_id), "5.000.000"]], ["Kode", "Omzet per tahun"], policy="overwrite"
    )
    row = row_of(batch)
    assert (row.verdict, row.target) == ("changed", business.pk)
    assert row.found["differences"] == {"annual_sales": [None, 5_000_000]}


@pytest.mark.parametrize(
    ("policy", "differing", "verdict"),
    [
        ("skip", {"Alamat usaha": "Jalan Melati 2"}, "unchanged"),
        ("fill_empty", {"Alamat usaha": "Jalan Melati 2"}, "unchanged"),
        ("fill_empty", {"Produk utama": "Soto"}, "changed"),
        ("overwrite", {"Alamat usaha": "Jalan Melati 2"}, "changed"),
        ("overwrite", {"Alamat usaha": "-"}, "unchanged"),  # an import empties nothing
    ],
)
def test_the_policy_decides_which_differences_count(
    desk: User, policy: str, differing: dict[str, str], verdict: str
) -> None:
    known(desk, address="Jalan Mawar 1")
    assert row_of(again(desk, policy, **differing)).verdict == verdict


FILLS, ALTERS = {"Produk utama": "Soto"}, {"Alamat usaha": "Jalan Melati 2"}


@pytest.mark.parametrize("first", ["skip", "fill_empty", "overwrite"])
@pytest.mark.parametrize(
    ("policy", "differing", "verdict"),
    [
        ("skip", FILLS | ALTERS, "unchanged"),
        ("fill_empty", ALTERS, "unchanged"),
        ("fill_empty", FILLS | ALTERS, "changed"),
        ("overwrite", ALTERS, "changed"),
        ("overwrite", {}, "unchanged"),
    ],
)
def test_another_policy_chosen_afterwards_judges_as_the_same_chosen_at_once(
    desk: User, first: str, policy: str, differing: dict[str, str], verdict: str
) -> None:
    known(desk, address="Jalan Mawar 1")
    batch = again(desk, first, **differing)
    batches.set_policy(batch, policy, by=desk, at=AT)
    assert (row_of(batch).verdict, batch.counts[verdict]) == (verdict, 1)


def test_a_row_put_right_is_judged_by_the_policy_chosen_afterwards(desk: User) -> None:
    known(desk, address="Jalan Mawar 1")
    batch = again(desk, "skip", **{"Alamat usaha": "Jalan Mawar 1"})
    column = batch.headers.index("Alamat usaha")
    batches.correct_cells(row_of(batch), {column: "Jalan Melati 2"}, by=desk, at=AT)
    batches.set_policy(batch, "overwrite", by=desk, at=AT)
    assert row_of(batch).verdict == "changed"


def test_another_policy_deciphers_nothing(desk: User) -> None:
    known(desk, address="Jalan Mawar 1")
    batch = again(desk, "skip", **ALTERS)
    with CaptureQueriesContext(connection) as asked:
        batches.set_policy(batch, "overwrite", by=desk, at=AT)
    assert [one["sql"] for one in asked.captured_queries if "findings" in one["sql"]] == []


def test_an_unregistered_business_and_its_owner_are_changed_at_once(desk: User) -> None:
    business = known(desk)
    batch = again(desk, **{"Nomor telepon": "0813-1111-2222", "Alamat usaha": "Jalan Melati 2"})
    committed(batch, desk)
    business.refresh_from_db()
    owner = Owner.objects.get()
    assert (business.address, business.version, owner.phone, owner.version) == (
        "Jalan Melati 2", 2, "+6281311112222", 2,
    )  # fmt: skip
    assert Owner.objects.with_phone("+6281311112222").exists()


def test_of_a_registered_business_the_change_is_proposed(desk: User) -> None:
    ward = WardFactory(name="Kanigaran")
    owner = OwnerFactory(name="Budi", national_id=OTHER_NIK, ward=ward)
    business = registered_business(name="Toko Kain", owner=owner, ward=ward, address="Lama")
    headers = ["Kode", "Alamat usaha", "Nomor telepon"]
    batch = staged(desk, [[str(business.public_id), "Baru", "081311112222"]], headers, policy="overwrite")
    committed(batch, desk)
    business.refresh_from_db()
    assert business.address == "Lama"
    proposals = ChangeProposal.objects.filter(batch=batch.public_id)
    assert {proposal.state for proposal in proposals} == {"pending"}
    assert proposals.count() == 2
    assert batch.counts["outcome_proposed"] == 1


def test_somebody_who_changed_the_record_meanwhile_wins(desk: User) -> None:
    business = known(desk)
    batch = again(desk, **{"Alamat usaha": "Jalan Melati 2"})
    Business.objects.filter(pk=business.pk).update(version=5)
    batches.start_commit(batch, by=desk, at=AT)
    from core.importing.committing import commit_rows

    commit_rows(batch, by=desk, at=AT)
    row = row_of(batch)
    assert (row.verdict, row.outcome) == ("error", "failed")
    assert "sejak diperiksa" in errors_of(row)[0][1]


def test_a_code_of_another_district_is_no_code_here(desk: User) -> None:
    business = BusinessFactory()
    local = UserFactory(whole_city=False, districts=[WardFactory().parent])
    batch = staged(local, [[str(business.public_id), "1"]], ["Kode", "Omzet per tahun"])
    assert "bukan kode UMKM di wilayah Anda" in errors_of(row_of(batch))[0][1]


def test_a_reconstructed_row_is_not_changed_by_a_file(desk: User) -> None:
    row = BusinessFactory(ward=None, district=None, owner=None, is_reconstruction=True)
    batch = staged(desk, [[str(row.public_id), "1"]], ["Kode", "Omzet per tahun"], policy="overwrite")
    assert any("rekonstruksi" in reason for _, reason in errors_of(row_of(batch)))


def test_a_nib_of_another_owner_is_refused(desk: User) -> None:
    known(desk, nib="1234567890123")
    row = row_of(again(desk, NIK=OTHER_NIK, NIB="1234567890123", **{"Nama pelaku usaha": "Budi"}))
    assert errors_of(row) == [("NIB", "NIB ini sudah dipakai UMKM milik pelaku usaha lain.")]


def test_a_key_of_its_source_finds_a_business(desk: User) -> None:
    headers = ["Kunci pada sumber", *COMPLETE]
    first = make_batch(desk, headers)
    assert "source_key" in first.mapping.values()
    batch = staged(desk, [["A-1", *COMPLETE.values()]], headers)
    batch.source = "Pendataan 2025"
    batch.save()
    committed(batch, desk)
    assert Business.objects.get().source_key == "A-1"


def test_a_masked_number_of_our_own_export_is_unchanged(desk: User) -> None:
    business = known(desk)
    assert business.owner is not None
    headers = ["Kode", "NIK", "Nomor telepon"]
    cells = [str(business.public_id), business.owner.masked_national_id, business.owner.masked_phone]
    assert row_of(staged(desk, [cells], headers)).verdict == "unchanged"
    wrong = [str(business.public_id), "9999••••••••9999", ""]
    assert "tersamar" in errors_of(row_of(staged(desk, [wrong], headers)))[0][1]


def test_submitted_if_chosen_openly_never_registered(desk: User) -> None:
    batch = staged(desk, [list(COMPLETE.values())], list(COMPLETE), options=["submit_new"])
    committed(batch, desk)
    registration = Business.objects.get().registration
    assert (registration.state, registration.submitted_by, registration.number) == ("submitted", desk, "")


# --- Possible duplicates ---------------------------------------------------------------------------
def twice(desk: User) -> Any:
    rows = [list({**COMPLETE, "NIK": ""}.values())] * 2
    return staged(desk, rows, list(COMPLETE))


def test_twins_in_a_file_wait_for_a_decision(desk: User) -> None:
    batch = twice(desk)
    assert [row.verdict for row in batch.rows.in_order()] == ["possible_duplicate"] * 2
    with pytest.raises(WrongBatchState):
        batches.start_commit(batch, by=desk, at=AT)
    batches.decide(row_of(batch, 2), "new", by=desk, at=AT)
    batches.decide(row_of(batch, 3), "skip", by=desk, at=AT)
    committed(batch, desk)
    assert Business.objects.count() == 1


def test_a_candidate_can_be_the_same_business(desk: User) -> None:
    business = known(desk)
    batch = again(desk, NIK="", **{"Nama usaha": "Warung Boe Siti"})
    row = row_of(batch)
    assert row.verdict == "possible_duplicate"
    row = batches.decide(row, "update", target=business.pk, by=desk, at=AT)
    assert row.found["differences"] == {"name": ["Warung Bu Siti", "Warung Boe Siti"]}
    committed(batch, desk)
    business.refresh_from_db()
    assert (business.name, Business.objects.count()) == ("Warung Boe Siti", 1)
    with pytest.raises(WrongBatchState):
        batches.decide(row, "update", target=business.pk + 1, by=desk, at=AT)


# --- Corrections -----------------------------------------------------------------------------------
def test_a_corrected_cell_is_judged_at_once(desk: User) -> None:
    batch = again(desk, NIK="123")
    row = batches.correct_cells(row_of(batch), {2: NIK}, by=desk, at=AT)
    assert (row.verdict, row.cells[2], row.corrected) == ("new", NIK, {2: NIK})
    batch.refresh_from_db()
    assert (batch.counts.get("error"), batch.counts["new"]) == (None, 1)


def test_a_correction_frees_the_row_it_clashed_with(desk: User) -> None:
    other = {**COMPLETE, "Nama usaha": "Toko Kain", "Nama pelaku usaha": "Budi"}
    batch = staged(desk, [list(COMPLETE.values()), list(other.values())], list(COMPLETE))
    batches.correct_cells(row_of(batch, 3), {2: OTHER_NIK}, by=desk, at=AT)
    assert [row.verdict for row in batch.rows.in_order()] == ["new", "new"]
    batches.correct_cells(row_of(batch, 3), {2: NIK}, by=desk, at=AT)
    assert [row.verdict for row in batch.rows.in_order()] == ["error", "error"]


# --- Headings --------------------------------------------------------------------------------------
@pytest.mark.parametrize("heading", ["No. KTP", "NIK\u00a0", "nik*", "ＮＩＫ", "no_ktp"])
def test_34_headings_are_recognised_however_they_are_written(desk: User, heading: str) -> None:
    batch = make_batch(desk, ["Nama Usaha", heading])
    assert batch.mapping == {"0": "name", "1": "owner_national_id"}


def test_31_a_file_without_what_it_needs_is_refused_with_all_that_lacks(desk: User) -> None:
    batch = make_batch(desk, ["Nama usaha", "Catatan"])
    assert batches.headings_of(batch).unmapped(batch.headers) == ["Catatan"]
    with pytest.raises(WrongColumns, match=r"Kelurahan, Jenis usaha .*Nama pelaku usaha"):
        batches.start_staging(batch, mapping={0: "name"}, policy="skip", by=desk, at=AT)


def test_32_a_heading_twice_is_refused_with_both(desk: User) -> None:
    with pytest.raises(WrongColumns, match="“Nama usaha” dan “NAMA_USAHA”"):
        make_batch(desk, ["Nama usaha", "NAMA_USAHA"])


def test_the_mapping_is_remembered_for_the_same_headings(desk: User) -> None:
    headers = ["Merek", *COMPLETE]
    batch = make_batch(desk, headers)
    assert "0" not in batch.mapping
    chosen = {int(place): column for place, column in batch.mapping.items()} | {0: "products"}
    batches.start_staging(batch, mapping=chosen, policy="skip", by=desk, at=AT)
    assert ImportMapping.objects.count() == 1
    assert make_batch(desk, headers).mapping["0"] == "products"


def test_the_form_of_sidt_is_recognised_and_its_workers_added_up(desk: User) -> None:
    sidt = {
        "id_data_badan_usaha": "77",
        "nik_pengusaha": NIK,
        "nama_pengusaha": "Siti",
        "nama_usaha": "Warung Siti",
        "kategori_kbli": "I",
        "kec_usaha": "",
        "kel_usaha": "MAYANGAN",
        "bulan_mulai_operasi": "3",
        "tahun_mulai_operasi": "2019",
        "tk_dibayar_laki": "2",
        "tk_not_dibayar_laki": "1",
        "modal_pendirian": "1000000",
        "omzet_tahunan": "5000000",
        "asset": "1",
        "produk_utama": "Soto",
        "kontak_hp": "081234567890",
        "jenis_kelamin": "P",
        "tanggal_lahir": "",
        "nib": "",
        "kode_kbli": "",
        "status_badan_usaha": "",
        "alamat_usaha": "",
        "skala_usaha": "Mikro",
        "prov_usaha": "Jawa Timur",
        "kab_usaha": "Kota Probolinggo",
    }
    batch = staged(desk, [list(sidt.values())], list(sidt))
    assert batch.source == "SIDT"
    committed(batch, desk)
    business = Business.objects.get()
    assert (business.source, business.source_key, business.workers_male, str(business.started_on)) == (
        "SIDT", "77", 3, "2019-03-01",
    )  # fmt: skip
    assert row_of(staged(desk, [list(sidt.values())], list(sidt))).verdict == "unchanged"


# --- Owners by themselves --------------------------------------------------------------------------
def test_owners_come_in_by_themselves_and_twice_are_unchanged(desk: User) -> None:
    headers = ["Nama pelaku usaha", "NIK", "Nomor telepon", "Kelurahan tempat tinggal"]
    rows = [["Siti", NIK, "081234567890", "Mayangan"], ["Budi", "", "", ""]]
    batch = committed(staged(desk, rows, headers, kind="owners"), desk)
    assert batch.counts["outcome_created"] == 2
    assert staged(desk, rows, headers, kind="owners").counts["unchanged"] == 2
    changed = [["Siti Aminah", NIK, "", ""]]
    batch = committed(staged(desk, changed, headers, kind="owners", policy="overwrite"), desk)
    assert Owner.objects.get(name="Siti Aminah").version == 2
    same = [["A", NIK, "", ""], ["B", NIK, "", ""]]
    assert [row.verdict for row in staged(desk, same, headers, kind="owners").rows.all()] == [
        "error",
        "error",
    ]


def test_a_name_without_any_word_is_known_when_it_comes_again(desk: User) -> None:
    cells = {**COMPLETE, "Nama usaha": "'", "NIK": "", "Nomor telepon": ""}
    committed(staged(desk, [list(cells.values())], list(cells)), desk)
    assert row_of(again(desk, **{**cells, "NIK": ""})).verdict == "unchanged"


def test_records_are_looked_up_by_an_index_whatever_is_known_of_the_tables(desk: User) -> None:
    """Else each chunk of a long list reads the whole register, and the time grows with the square of it."""
    known(desk, nib="1234567890123", source="SIDT", source_key="7")
    with CaptureQueriesContext(connection) as captured:
        Known(desk).load_businesses(nibs=["1234567890123"])
        Known(desk).load_businesses(source="SIDT", source_keys=["7"])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # of a table this small it reads the whole
        plans = [plan_of(query["sql"], cursor) for query in captured if "registry_business" in query["sql"]]
    assert ["business_nib" in plan for plan in plans] == [True, False]
    assert ["business_source_key" in plan for plan in plans] == [False, True]


def plan_of(sql: str, cursor: Any) -> str:
    cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {sql}")
    return str(cursor.fetchall())
