"""The words beside the numbers: the cards on top and the notes under each table."""

from collections.abc import Callable
from dataclasses import dataclass

from core.formats import format_date, format_integer, format_share
from dashboards.aggregates import WaveReport
from dashboards.breakdowns import Breakdown, Share
from surveys.models import PopulationFigure, SectorBasis, Wave, WaveDesign

BASIS_WORDS = {
    SectorBasis.REGISTER.value: "UMKM terdaftar yang aktif, dari register",
    SectorBasis.SAMPLE_LIST.value: "UMKM pada daftar sampel gelombang ini",
}


@dataclass(frozen=True)
class Card:
    label: str
    value: str
    base: str  # what the value is out of, or who says so
    origin: str  # table, n, wave and date
    counts_interviews: bool = False  # what is not accepted yet is not in it


@dataclass(frozen=True)
class MethodLine:
    label: str
    text: str


def period(wave: Wave) -> str:
    return f"{format_date(wave.period_start)} – {format_date(wave.period_end)}"


def cards(report: WaveReport, population: PopulationFigure | None) -> list[Card]:
    """The state of the city on one line each; the sample always beside the population."""
    wave = f"{report.wave.title}, {period(report.wave)}"
    shown = [_population_card(population)] if population else []
    target = report.wave.target_n
    aim = f"target {format_integer(target)}" if target else "tanpa target"
    interviewed = format_integer(report.interviewed)
    shown.append(Card("Diwawancarai", interviewed, f"({aim})", f"UMKM · {wave}", counts_interviews=True))
    for table in report.breakdowns[1:]:
        share = table.share(table.spec.headline)
        origin = f"Tabel {table.spec.number} · n = {format_integer(share.base)} · {wave}"
        value, base = _value_and_base(share, table.spec.unit)
        shown.append(Card(table.spec.headline_label, value, base, origin, counts_interviews=True))
    return [*shown, *_largest_sector(report["sector"], wave)]


def _population_card(figure: PopulationFigure) -> Card:
    origin = f"Jumlah UMKM {figure.area.name}, angka terbit {figure.year}, bukan hasil survei"
    return Card("Populasi", format_integer(figure.count), f"({figure.source})", origin)


def _value_and_base(share: Share, unit: str) -> tuple[str, str]:
    if not share.base:
        return "–", "(belum ada jawaban)"
    if share.is_small:
        return share.fraction_text, f"{unit}, n kecil"
    return share.percent_text, f"({share.fraction_text} {unit})"


def _largest_sector(table: Breakdown, wave: str) -> list[Card]:
    largest = table.largest("business")
    if not largest:
        return []
    names = ", ".join(row.label for row in largest)
    value, base = _value_and_base(largest[0].headline, table.spec.unit)
    origin = f"{names} · Tabel 1 · n = {format_integer(table.total.answered)} · {wave}"
    return [Card("Jenis usaha terbanyak", value, base, origin)]


def notes(report: WaveReport, table: Breakdown) -> list[str]:
    """What a reader must know of a table; the notes on the printed study stand only under its own wave."""
    written = _NOTES[table.code](report, table)
    if table.spec.is_question:
        return [_answered_note(table), *written]
    return written


def _answered_note(table: Breakdown) -> str:
    answered, missing = format_integer(table.total.answered), format_integer(table.total.not_answered)
    base = "Persentase dihitung dari yang menjawab pertanyaan ini, bukan dari semua wawancara."
    if not table.total.not_answered:
        return f"{answered} menjawab. {base}"
    return f"{answered} menjawab, {missing} tidak menjawab. {base}"


def _sector_notes(report: WaveReport, table: Breakdown) -> list[str]:
    basis = BASIS_WORDS[report.wave.sector_basis]
    written = [
        f"{format_integer(table.total.answered)} {basis}; "
        f"{format_integer(sum(1 for row in table.rows if row.answered))} jenis usaha."
    ]
    counted = [row for row in table.rows if row.answered]
    if len(counted) > 1:
        fewest = min(row.answered for row in counted)
        names = "; ".join(row.label for row in counted if row.answered == fewest)
        written.append(
            f"Paling sedikit menurut Tabel 1, masing-masing {format_integer(fewest)} UMKM: {names}."
        )
    if report.wave.is_reconstruction:
        written.append(
            "Daftar ini bukan daftar yang diwawancarai: jumlah per jenis usaha berbeda antara keempat tabel, "
            "sebagaimana diterbitkan. Setiap tabel memakai n-nya sendiri."
        )
    return written


def _channel_notes(report: WaveReport, table: Breakdown) -> list[str]:
    total, base = table.total, table.total.answered
    if not base:
        return []
    online = Share(total.count("online") + total.count("both"), base)
    offline = Share(total.count("offline") + total.count("both"), base)
    return [
        "Online berarti hanya online. "
        f"Memakai pemasaran online (online, atau offline dan online): {online}. "
        f"Memakai pemasaran offline: {offline}.",
        "Kolom porsi menunjukkan bagian offline pada tiap jenis usaha beserta n-nya.",
    ]


def _partnership_notes(report: WaveReport, table: Breakdown) -> list[str]:
    written = []
    largest = table.largest("partnered")
    if len(largest) == 1:
        row, count = largest[0], largest[0].count("partnered")
        bases = "; ".join(
            _out_of(Share(count, base), what)
            for base, what in (
                (table.total.answered, "jawaban"),
                (table.total.count("partnered"), "yang bermitra"),
                (row.answered, "jawaban jenis usaha itu"),
            )
        )
        written.append(f"Bermitra terbanyak: {row.label}, {format_integer(count)} UMKM ({bases}).")
    if report.wave.is_reconstruction:
        written.append("Pada naskah tabel ini berjudul “Data Pemasaran UMKM”; isinya kemitraan.")
    return written


def _revenue_notes(report: WaveReport, table: Breakdown) -> list[str]:
    if not report.wave.is_reconstruction:
        return []
    return [
        "Pada naskah: pendapatan setelah terjadi wabah Covid-19. Sebagian angka pada uraian naskah berbeda dari "
        "isi tabelnya; angka di sini dihitung dari isi tabel. Lihat Banding publikasi."
    ]


def _out_of(share: Share, what: str) -> str:
    """ "12 dari 100 jawaban (12,0 %)"."""
    return f"{share.fraction_text} {what}" + ("" if share.is_small else f" ({share.percent_text})")


_NOTES: dict[str, Callable[[WaveReport, Breakdown], list[str]]] = {
    "sector": _sector_notes,
    "marketing-channel": _channel_notes,
    "partnership": _partnership_notes,
    "revenue-trend": _revenue_notes,
}


def method_lines(report: WaveReport, population: PopulationFigure | None) -> list[MethodLine]:
    wave, target = report.wave, report.wave.target_n
    lines = [
        ("Rancangan", wave.get_design_display()),
        ("Diwawancarai", f"{format_integer(report.interviewed)} UMKM"),
        ("Menunggu pemeriksaan", waiting_text(report)),
        ("Target", f"{format_integer(target)} UMKM" if target else "–"),
        ("Fraksi sampel", _sampling_fraction(report, population)),
        ("Masa pendataan", period(wave)),
        ("Metode", wave.method),
        ("Sumber", wave.source),
        ("Catatan", wave.note),
    ]
    return [MethodLine(label, text) for label, text in lines if text]


def waiting_text(report: WaveReport) -> str:
    """ "12 wawancara, belum dihitung"; nothing of a wave that is not reviewed."""
    return f"{format_integer(report.waiting)} wawancara, belum dihitung" if report.is_reviewed else ""


def _sampling_fraction(report: WaveReport, population: PopulationFigure | None) -> str:
    """Target and interviews over the published population; only for a sample, and the whole of it."""
    is_sample = report.wave.design == WaveDesign.SAMPLE
    if population is None or not is_sample or report.filters or not report.is_whole_city:
        return ""
    parts = [
        (count, what)
        for count, what in ((report.wave.target_n, "target"), (report.interviewed, "diwawancarai"))
    ]
    return "; ".join(
        f"{what} {format_integer(count)} dari {format_integer(population.count)} "
        f"({format_share(count, population.count, 2)})"
        for count, what in parts
        if count
    )
