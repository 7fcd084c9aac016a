"""Letters on paper: every part in three languages, nothing but what the letter holds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.i18n import LANGUAGES, translator
from app.operations.letters import Change, Finding, Letter, Targets, Textures, Weighed
from app.paper import letter_pdf
from screening import Direction, Party, Range, ReferralReason

NL = translator("nl")
FINDING = Finding(
    tool="MUST",
    on=date(2026, 11, 20),
    low=Decimal(3),
    high=Decimal(5),
    category="high",
    partial=True,
    estimated=True,
)
LETTER = Letter(
    direction=Direction.INCOMING,
    code="V123456",
    number=1,
    house="NPCC Roeselare",
    house_address=("Wevershoekstraat 1", "8800 Roeselare"),
    to_party=Party.GP,
    to_name="Dr. An Claeys",
    to_organisation="Praktijk De Brug",
    person="Maria Callewaert",
    born=date(1940, 1, 1),
    received_on=date(2026, 11, 9),
    reasons=(ReferralReason.WEIGHT_LOSS, ReferralReason.SWALLOWING),
    question="",
    text="Zij eet weer.\n\nWij wegen elke week.",
    findings=(FINDING,),
    weights=(
        Weighed(on=date(2026, 8, 1), weight_kg=Decimal("52.0")),
        Weighed(on=date(2026, 11, 1), weight_kg=Decimal("48.1")),
    ),
    changes=(Change(days=90, percent=Decimal("-7.5")),),
    bmi=Decimal("18.6"),
    targets=Targets(
        energy_kcal=Range(low=1450, high=1650), protein_g=Range(high=70), fluid_ml=Range(low=1600)
    ),
    textures=Textures(food_level="5", drink_level="2", allergies=("milk",)),
    next_on=date(2026, 12, 14),
    signer="Lien Peeters",
    signed_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
)


def read(letter: Letter, language: str = "nl") -> str:
    pages = PdfReader(BytesIO(letter_pdf(letter, translator(language)))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_letter_says_each_part_in_its_language(language: str) -> None:
    say, text = translator(language).say, read(LETTER, language)
    for code in ("letter.title.incoming", "letter.findings", "letter.weight", "letter.plan"):
        assert say(code) in text
    for code in ("letter.still_open", "letter.estimated", "letter.next", "letter.confidential"):
        assert say(code) in text
    for word in ("Maria Callewaert", "3\N{EN DASH}5", "Lien Peeters", "Dr. An Claeys", "8800"):
        assert word in text
    assert translator(language).number(Decimal("48.1"), 1) in text
    assert letter_pdf(LETTER, translator(language)) == letter_pdf(LETTER, translator(language))


def test_figures_of_the_plan_show_both_ends_or_the_one_there_is() -> None:
    text = read(LETTER)
    for words in ("1 450\N{EN DASH}1 650 kcal per dag", "tot 70 g", "vanaf 1 600 ml", "Melk"):
        assert words.lower() in text.lower()


def test_a_letter_without_figures_says_only_that_we_act() -> None:
    bare = replace(
        LETTER,
        text="",
        findings=(),
        weights=(),
        changes=(),
        bmi=None,
        targets=None,
        textures=None,
        next_on=None,
        house_address=(),
    )
    text = read(bare)
    for code in ("letter.findings", "letter.weight", "letter.plan", "letter.next"):
        assert NL.say(code) not in text
    assert "Maria Callewaert" in text


def test_an_outgoing_letter_holds_the_question() -> None:
    out = replace(LETTER, direction=Direction.OUTGOING, text="", question="Mag zij dun drinken?")
    assert "Mag zij dun drinken?" in read(out)


def test_an_outcome_without_points_and_points_without_an_outcome_are_both_said() -> None:
    clear = replace(FINDING, low=Decimal(3), high=Decimal(3), partial=False, estimated=False)
    judged = replace(FINDING, low=None, high=None)
    open_one = replace(FINDING, tool="MNA_SF", category=None, low=Decimal("8.5"), high=Decimal(11))
    text = read(replace(LETTER, findings=(clear, judged, open_one)))
    assert "3 punten, hoog risico" in text
    assert "8,5\N{EN DASH}11 punten" in text


def test_one_weight_needs_no_chart_and_no_bounds_no_line() -> None:
    few = replace(
        LETTER,
        weights=LETTER.weights[-1:],
        changes=(),
        bmi=None,
        targets=Targets(energy_kcal=Range(), protein_g=Range(), fluid_ml=Range()),
        textures=Textures(food_level="7", drink_level="0", allergies=()),
    )
    text = read(few)
    assert "48,1 kg" in text
    assert "52,0" not in text
    assert "kcal" not in text


def test_a_long_text_goes_on_over_the_page() -> None:
    long = replace(LETTER, text="Woord en nog een woord. " * 400)
    pages = PdfReader(BytesIO(letter_pdf(long, NL))).pages
    assert len(pages) > 1
    assert "Lien Peeters" in pages[-1].extract_text()
