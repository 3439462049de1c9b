"""The core questions, defined once: the columns, the form, the tables and the exports read from here.

Codes are stored, labels are only shown. The wording is the office's, the categories are those of the
published survey of Kota Probolinggo.
"""

from dataclasses import dataclass

NOT_ANSWERED = "Tidak menjawab"
NONE = "none"


@dataclass(frozen=True)
class Question:
    code: str
    label: str  # of the column and of the table
    prompt: str  # what the owner is asked
    choices: tuple[tuple[str, str], ...]
    help_text: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code, _ in self.choices)

    def label_of(self, code: str) -> str:
        """The label of a stored code; a blank one reads as not answered."""
        return dict(self.choices)[code] if code else NOT_ANSWERED


YES_NO = (("yes", "Ya"), ("no", "Tidak"))

CHANNEL = Question(
    "marketing_channel",
    "Cara pemasaran",
    "Bagaimana usaha ini memasarkan produknya?",
    (("offline", "Offline"), ("online", "Online"), ("both", "Offline dan online")),
    "Online berarti hanya daring.",
)
PARTNERSHIP = Question(
    "partnership",
    "Kemitraan",
    "Apakah usaha ini bermitra dengan usaha lain?",
    (("partnered", "Bermitra"), ("independent", "Individu (tidak bermitra)")),
)
REVENUE_TREND = Question(
    "revenue_trend",
    "Pendapatan",
    "Bagaimana pendapatan usaha ini dibandingkan dengan tahun lalu?",
    (("decreased", "Menurun"), ("stable", "Stabil"), ("increased", "Meningkat")),
)
CAPITAL_SOURCE = Question(
    "capital_source",
    "Sumber modal",
    "Dari mana modal usaha ini?",
    (("own_capital", "Modal pribadi"), ("business_credit", "Kredit modal usaha"), ("both", "Keduanya")),
)
CREDIT_REFUSAL = Question(
    "credit_refusal_reasons",
    "Alasan tidak memakai kredit",
    "Mengapa tidak memakai kredit?",
    (
        ("not_interested", "Tidak tertarik"),
        ("repayment_burden", "Terbebani pengembalian pinjaman"),
        ("interest_too_high", "Suku bunga terlalu tinggi"),
        ("complicated_administration", "Administrasi rumit"),
        ("other", "Lainnya"),
    ),
)
PLATFORMS = Question(
    "platforms",
    "Platform",
    "Platform apa saja yang dipakai?",
    (
        ("social_media", "Media sosial"),
        ("marketplace", "Marketplace"),
        ("website", "Situs web"),
        (NONE, "Tidak ada"),
    ),
)
PROBLEMS = Question(
    "problems",
    "Masalah",
    "Masalah apa saja yang dihadapi usaha ini?",
    (
        ("human_resources", "Sumber daya manusia"),
        ("capital", "Modal usaha"),
        ("marketing", "Pemasaran hasil usaha"),
        ("promotion", "Promosi"),
        (NONE, "Tidak ada"),
    ),
    "Pemasaran hasil usaha: persaingan, cara konvensional, jaringan pemasaran. "
    "Promosi: promosi kegiatan dan promosi penjualan.",
)
BOOKKEEPING = Question(
    "bookkeeping_regular", "Pembukuan rutin", "Apakah pembukuan dilakukan secara rutin?", YES_NO
)
SEPARATED = Question(
    "finances_separated",
    "Keuangan usaha dipisah",
    "Apakah keuangan usaha dipisahkan dari keuangan pribadi?",
    YES_NO,
)
POTENTIAL = Question("has_potential", "Potensi", "Apakah usaha ini berpotensi untuk dikembangkan?", YES_NO)
METHODS = Question(
    "methods",
    "Metode",
    "Bagaimana jawaban diperoleh?",
    (("interview", "Wawancara"), ("observation", "Observasi"), ("questionnaire", "Kuesioner")),
)
MODE = Question(
    "mode",
    "Cara pendataan",
    "Langsung atau tidak langsung?",
    (("direct", "Langsung"), ("indirect", "Tidak langsung")),
)

# One answer each, stored as a column of Response.
SINGLE = (CHANNEL, PARTNERSHIP, REVENUE_TREND, CAPITAL_SOURCE, BOOKKEEPING, SEPARATED, POTENTIAL)
# Several answers each, stored as rows of ResponseChoice.
MULTIPLE = (CREDIT_REFUSAL, PLATFORMS, PROBLEMS, METHODS)
# What the published survey counted; of the other questions it gives no numbers.
ASKED_BY_STUDY = (CHANNEL, PARTNERSHIP, REVENUE_TREND)
